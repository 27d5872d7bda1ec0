import { describeJobQueue } from './job-queue.ts';
import { openAwsQueue } from './open-aws-queue.ts';

describeJobQueue('SQS', openAwsQueue);
