import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import dynalite from 'dynalite';
import { startFauxqs } from 'fauxqs';
import { startChild } from './start-child.ts';
import { startWorkerOf } from './open-bullmq.ts';

export interface Prototype {
  readonly name: string;
  readonly url: string;
  close(): Promise<void>;
}

/** The least that takes and starts a job by DynamoDB and SQS, on servers of its own, with one worker. */
export async function openPrototype(): Promise<Prototype> {
  await using closing = new AsyncDisposableStack();
  const dynamodb = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  dynamodb.listen(0, '127.0.0.1');
  await once(dynamodb, 'listening');
  closing.defer(() => {
    dynamodb.closeAllConnections();
    dynamodb.close();
  });
  const queues = await startFauxqs({ port: 0, logger: false });
  closing.defer(() => queues.stop());
  const dynamodbEndpoint = `http://127.0.0.1:${(dynamodb.address() as AddressInfo).port}`;
  const sqsEndpoint = `http://127.0.0.1:${queues.port}`;
  const options = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'key' },
  };

  const tables = new DynamoDBClient({ ...options, endpoint: dynamodbEndpoint });
  await tables.send(
    new CreateTableCommand({
      TableName: 'prototype',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  );
  tables.destroy();
  const sqs = new SQSClient({ ...options, endpoint: sqsEndpoint });
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'prototype' }));
  sqs.destroy();

  const args = [dynamodbEndpoint, sqsEndpoint, QueueUrl];
  const api = await startChild<{ port: number }>('prototype-api.ts', args);
  closing.defer(() => api.close());
  const worker = await startWorkerOf('prototype-worker.ts', args);
  closing.defer(() => worker.close());
  const owned = closing.move();
  return {
    name: 'prototype',
    url: `http://127.0.0.1:${api.first.port}`,
    close: () => owned.disposeAsync(),
  };
}
