import { describeJobStore } from './job-store.ts';
import { describeNodeStates } from './node-states.ts';
import { openAwsTables } from './open-aws-tables.ts';

describeJobStore('DynamoDB', async () => (await openAwsTables()).store);
describeNodeStates('DynamoDB', async () => (await openAwsTables()).nodeStates);
