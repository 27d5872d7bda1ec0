import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwsClients, type AwsTimeouts } from '../../../src/aws/aws-clients.ts';
import { SqsJobQueue } from '../../../src/aws/sqs-job-queue.ts';
import { awsSettings } from '../../conformance/open-aws-tables.ts';

const SHORT: AwsTimeouts = { connectMs: 500, answerMs: 50, promptMs: 50 };
const LEASE_MS = 30_000;

const CALLS: Record<string, (clients: AwsClients) => Promise<unknown>> = {
  DynamoDB: async (clients) =>
    (await clients.dynamodb()).send(new GetItemCommand({ TableName: 't', Key: {} })),
  SQS: async (clients) => (await clients.sqs()).send(new ListQueuesCommand({})),
  EC2: async (clients) => (await clients.ec2()).send(new DescribeInstancesCommand({})),
  S3: async (clients) => (await clients.s3()).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })),
  IAM: async (clients) => (await clients.iam()).send(new ListRolesCommand({})),
};

describe.each(Object.entries(CALLS))('the client of %s', (_, call) => {
  it('gives up on a server that takes a call and never answers', async () => {
    const silent = createTcpServer((socket) => void socket.on('error', () => undefined).resume());
    await expect(call(await clientsOf(silent, SHORT))).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  it('gives up on a server that falls silent within its answer', async () => {
    const stuck = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('<');
    });
    const answer = async () => {
      const answered = (await call(await clientsOf(stuck, SHORT))) as Partial<Body>;
      // S3 hands out the body while it arrives.
      await answered.Body?.transformToString();
    };
    await expect(answer()).rejects.toThrow(/timed out|abort|terminated|premature/iu);
  });
});

it('waits longer for an answer to a long poll than the poll takes', async () => {
  const slow = createServer((request, response) => {
    request.resume();
    const answer = request.headers['x-amz-target']?.toString().endsWith('GetQueueUrl')
      ? { QueueUrl: 'http://127.0.0.1/1/jobs' }
      : {};
    setTimeout(() => response.end(JSON.stringify(answer)), 'QueueUrl' in answer ? 0 : 500);
  });
  const queue = new SqsJobQueue({
    clients: await clientsOf(slow, { connectMs: 500, answerMs: 20_000, promptMs: 200 }),
    name: 'jobs',
  });
  const poll = { max: 1, waitSeconds: 1, visibilitySeconds: 30 };
  expect(await queue.receive(poll)).toEqual([]);
});

it('tells of a connection that has died without a word while there is time for more tries', async () => {
  let answered = 0;
  const dying = createServer((request, response) => {
    request.resume();
    if (request.socket === first && answered > 0) return;
    first ??= request.socket;
    answered += 1;
    response.end('{}');
  });
  let first: Socket | undefined;
  const clients = await clientsOf(dying);
  await CALLS['DynamoDB']?.(clients);
  const began = performance.now();
  await CALLS['DynamoDB']?.(clients);
  expect(answered).toBe(2);
  expect(performance.now() - began).toBeLessThan(LEASE_MS / 3);
}, 20_000);

interface Body {
  readonly Body: { transformToString(): Promise<string> };
}

async function clientsOf(server: Server, timeouts?: AwsTimeouts): Promise<AwsClients> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => void sockets.add(socket));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients = new AwsClients(
    awsSettings({
      dynamodbEndpoint: endpoint,
      sqsEndpoint: endpoint,
      ec2Endpoint: endpoint,
      s3Endpoint: endpoint,
      iamEndpoint: endpoint,
    }),
    timeouts,
  );
  onTestFinished(async () => {
    await clients.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return clients;
}
