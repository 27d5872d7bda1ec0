import { describeJobStore } from './job-store.ts';
import { describeLeadership } from './leadership.ts';
import { describeNodeStates } from './node-states.ts';
import { openAwsTables } from './open-aws-tables.ts';

describeJobStore('DynamoDB', async () => (await openAwsTables()).store);
describeLeadership('DynamoDB', async () => (await openAwsTables()).leadership);
describeNodeStates('DynamoDB', async () => (await openAwsTables()).nodeStates);
