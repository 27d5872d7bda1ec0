import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwsClients, type AwsTimeouts } from '../../../src/aws/aws-clients.ts';
import { awsSettings } from '../../conformance/open-aws-tables.ts';

const SHORT: AwsTimeouts = { connectMs: 500, answerMs: 50 };
const LONG_POLL_MS = 20_000;

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
    await expect(call(await clientsOf(silent))).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('gives up on a server that falls silent within its answer', async () => {
    const stuck = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('<');
    });
    const answer = async () => {
      const answered = (await call(await clientsOf(stuck))) as Partial<Body>;
      // S3 hands out the body while it arrives.
      await answered.Body?.transformToString();
    };
    await expect(answer()).rejects.toThrow(/timed out|abort|terminated|premature/iu);
  });
});

it('waits longer for an answer than a long poll takes', async () => {
  const clients = new AwsClients(awsSettings({ sqsEndpoint: 'http://127.0.0.1:9' }));
  onTestFinished(() => clients.close());
  // What the handler works with shows once it has made a call.
  await CALLS['SQS']?.(clients).catch(() => undefined);
  const { config } = (await clients.sqs()).config.requestHandler as unknown as {
    config: { requestTimeout: number; socketTimeout: number };
  };
  expect(config.requestTimeout).toBeGreaterThan(LONG_POLL_MS * 1.2);
  expect(config.socketTimeout).toBeGreaterThan(LONG_POLL_MS * 1.2);
});

interface Body {
  readonly Body: { transformToString(): Promise<string> };
}

async function clientsOf(server: Server): Promise<AwsClients> {
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
    SHORT,
  );
  onTestFinished(async () => {
    await clients.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return clients;
}
