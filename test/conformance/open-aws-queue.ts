import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  type CreateQueueCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';
import { onTestFinished } from 'vitest';
import { AwsClients } from '../../src/aws/aws-clients.ts';
import { deadLetterQueue, jobQueue } from '../../src/aws/queue-definitions.ts';
import { SqsJobQueue } from '../../src/aws/sqs-job-queue.ts';
import { awsSettings } from './open-aws-tables.ts';

/** An empty queue with its dead letters, on a server of its own that is gone after the test. */
export async function openAwsQueue(options: { maxReceives?: number } = {}): Promise<SqsJobQueue> {
  const server = await startFauxqs({ port: 0, logger: false });
  const sqsEndpoint = `http://127.0.0.1:${server.port}`;
  const clients = new AwsClients(awsSettings({ sqsEndpoint }));
  onTestFinished(async () => {
    await clients.close();
    await server.stop();
  });
  await createQueues(await clients.sqs(), 'jobs', options.maxReceives);
  return new SqsJobQueue({ clients, name: 'jobs' });
}

/** A queue with its dead letters. */
async function createQueues(sqs: SQSClient, name: string, maxReceives?: number): Promise<void> {
  const QueueUrl = await create(sqs, deadLetterQueue(name));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  await create(sqs, jobQueue(name, Attributes?.QueueArn ?? '', maxReceives));
}

async function create(sqs: SQSClient, input: CreateQueueCommandInput): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand(input));
  return QueueUrl;
}
