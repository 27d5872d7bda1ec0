import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import dynalite from 'dynalite';
import { startFauxqs } from 'fauxqs';
import { AwsClients } from '../../src/aws/aws-clients.ts';
import { awsSettings } from '../conformance/open-aws-tables.ts';
import { startEc2Server, type Ec2Server } from '../doubles/ec2-server/start-ec2-server.ts';
import type { InstanceHooks } from '../doubles/ec2-server/instances.ts';

/** Servers that speak AWS's protocols, with a bucket of media and nothing else. */
export interface Aws {
  /** What feederd has to be told of them. */
  readonly env: Readonly<Record<string, string>>;
  readonly ec2: Ec2Server;
  put(uri: string, file: string): Promise<void>;
  get(uri: string): Promise<Uint8Array>;
  /** How many messages with this body a queue holds, those in flight included. */
  messagesOf(queue: string, body: string): number;
  close(): Promise<void>;
}

export const AWS_KEYS = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'canary-of-the-key' };

export async function startAws(hooks: InstanceHooks): Promise<Aws> {
  const dynamodb = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  dynamodb.listen(0, '127.0.0.1');
  await once(dynamodb, 'listening');
  const queues = await startFauxqs({ port: 0, logger: false });
  const ec2 = await startEc2Server(hooks);
  const dynamodbEndpoint = `http://127.0.0.1:${(dynamodb.address() as AddressInfo).port}`;
  const sqsEndpoint = `http://127.0.0.1:${queues.port}`;

  const clients = new AwsClients(awsSettings({ s3Endpoint: sqsEndpoint }));
  queues.createBucket('media');
  const s3 = await clients.s3();

  return {
    env: {
      BACKEND: 'aws',
      AWS_REGION: 'us-east-1',
      ...AWS_KEYS,
      CONFIG_S3_BUCKET: 'settings',
      EC2_AMI_ID: 'ami-1',
      DYNAMODB_ENDPOINT: dynamodbEndpoint,
      SQS_ENDPOINT: sqsEndpoint,
      S3_ENDPOINT: sqsEndpoint,
      EC2_ENDPOINT: ec2.endpoint,
    },
    ec2,
    async put(uri, file) {
      await s3.send(new PutObjectCommand({ ...objectOf(uri), Body: await readFile(file) }));
    },
    async get(uri) {
      const { Body } = await s3.send(new GetObjectCommand(objectOf(uri)));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
    messagesOf(queue, body) {
      const { ready, delayed, inflight } = queues.inspectQueue(queue)?.messages ?? NONE;
      const all = [...ready, ...delayed, ...inflight.map(({ message }) => message)];
      return all.filter((message) => message.body === body).length;
    },
    async close() {
      await clients.close();
      await Promise.all([ec2.close(), queues.stop()]);
      dynamodb.closeAllConnections();
      dynamodb.close();
    },
  };
}

const NONE = { ready: [], delayed: [], inflight: [] };

function objectOf(uri: string): { Bucket: string; Key: string } {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.+)$/u.exec(uri) ?? [];
  return { Bucket, Key };
}
