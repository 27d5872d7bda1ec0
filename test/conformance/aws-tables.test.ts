import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describeJobStore } from './job-store.ts';
import { describeLeadership } from './leadership.ts';
import { describeNodeStates } from './node-states.ts';
import { describeUnreadableJobs } from './unreadable-jobs.ts';
import { openAwsTables } from './open-aws-tables.ts';

describeJobStore('DynamoDB', async () => (await openAwsTables()).store);
describeLeadership('DynamoDB', async () => (await openAwsTables()).leadership);
describeNodeStates('DynamoDB', async () => (await openAwsTables()).nodeStates);
describeUnreadableJobs('DynamoDB', async () => {
  const { store, clients, jobs } = await openAwsTables();
  const damage = async (uniqueId: string, text: string) => {
    const client = await clients.dynamodb();
    await client.send(
      new UpdateItemCommand({
        TableName: jobs,
        Key: { unique_id: { S: uniqueId } },
        UpdateExpression: 'SET body = :text',
        ExpressionAttributeValues: { ':text': { S: text } },
      }),
    );
  };
  return { store, damage };
});
