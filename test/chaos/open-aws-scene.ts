import { closeSync, openSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { basename, join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { AwsClients } from '../../src/aws/aws-clients.ts';
import { DynamodbJobStore } from '../../src/aws/dynamodb-job-store.ts';
import { encodeJobMessage } from '../../src/core/messages.ts';
import { parseMediaUri } from '../../src/core/media-uri.ts';
import { createStorage } from '../../src/storage/create-storage.ts';
import { awsSettings } from '../conformance/open-aws-tables.ts';
import type { Ec2Instance } from '../doubles/ec2-server/instances.ts';
import { startMetadataServer } from '../doubles/ec2-server/start-metadata-server.ts';
import { ended } from '../process/installation.ts';
import { AWS_KEYS, startAws } from '../process/start-aws.ts';
import { OpenUploads } from '../unit/storage/open-uploads.ts';
import { Processes } from './processes.ts';
import type { Random } from '../simulation/world/random.ts';
import { fork } from './chance.ts';
import {
  CLIP_SECONDS,
  FAULT_RATES,
  freePort,
  makeDir,
  makeMedia,
  shortened,
  type Scene,
} from './scene.ts';
import { startProxy, type Proxy, type ProxyOptions } from './start-proxy.ts';

const JSON_THROTTLED = {
  status: 400,
  body: '{"__type":"ThrottlingException","message":"slow down"}',
};
const xmlThrottled = (code: string, before: string, after: string) => ({
  status: 503,
  body: `${before}<Error><Code>${code}</Code><Message>slow down</Message></Error>${after}`,
});

/** AWS as its protocols have it: every service behind a line that breaks, every instance a real nommerd. */
export async function openAwsScene(random: Random, leaseSeconds: number): Promise<Scene> {
  const dir = await makeDir();
  const processes = new Processes(dir);
  const aws = await startAws({
    onLaunch: (instance) => void boot(instance),
    onTerminate: ({ id }) => {
      for (const { dir: cwd, pid } of processes.list()) {
        if (basename(cwd) === id) processes.signal(pid, 'SIGTERM');
      }
    },
  });
  const { DYNAMODB_ENDPOINT = '', SQS_ENDPOINT = '', EC2_ENDPOINT = '' } = aws.env;
  const line = (target: string, options: Pick<ProxyOptions, 'throttled'> & Partial<ProxyOptions>) =>
    startProxy({ target, random: fork(random), rates: FAULT_RATES, ...options });
  const uploads = new OpenUploads();
  const proxies = {
    dynamodb: await line(DYNAMODB_ENDPOINT, { throttled: JSON_THROTTLED }),
    sqs: await line(SQS_ENDPOINT, {
      throttled: JSON_THROTTLED,
      unheard: (request, answer, body) => giveBack(SQS_ENDPOINT, request, { answer, body }),
    }),
    s3: await line(SQS_ENDPOINT, {
      throttled: xmlThrottled('SlowDown', '', ''),
      answer: (request) => uploads.answer(request),
      heard: (request, status, body) => {
        if (uploads.concerns(request)) uploads.heard(request, status, body.toString());
      },
      // So that nodes die while parts are on their way.
      slow: ({ url }) => url?.includes('partNumber=') === true,
    }),
    ec2: await line(EC2_ENDPOINT, {
      throttled: xmlThrottled('RequestLimitExceeded', '<Response><Errors>', '</Errors></Response>'),
    }),
  };
  const env = {
    PATH: process.env['PATH'],
    HOME: dir,
    DATA_DIR: join(dir, 'data'),
    ...aws.env,
    ...endpointsOf(proxies),
    HTTP_ALLOWED_NETWORKS: '127.0.0.1',
    ...shortened(leaseSeconds),
    NOMMERD_HEARTBEAT_INTERVAL: '5',
  };
  const clients = new AwsClients(
    awsSettings({ dynamodbEndpoint: DYNAMODB_ENDPOINT, s3Endpoint: SQS_ENDPOINT }),
  );
  const setup = await processes.run(['setup'], { cwd: dir, env });
  if (setup.code !== 0) throw new Error(`setup failed: ${setup.output}`);

  const { clips, noMedia } = await makeMedia(join(dir, 'media'));
  for (const file of [...clips, noMedia]) await aws.put(`s3://media/${basename(file)}`, file);
  const s3 = await clients.s3();
  const storage = createStorage({
    fileRoots: [],
    dataDir: dir,
    maxSourceBytes: 1e9,
    httpStallSeconds: 30,
    httpAllowedNetworks: [],
    awsRegion: 'us-east-1',
    s3Endpoint: proxies.s3.url,
    awsAccessKeyId: AWS_KEYS.AWS_ACCESS_KEY_ID,
    awsSecretAccessKey: AWS_KEYS.AWS_SECRET_ACCESS_KEY,
  });

  return {
    place: 'aws',
    dir,
    leaseSeconds,
    processes,
    proxies,
    store: new DynamodbJobStore({ clients, table: 'media_nommer' }),
    messagesOf: (jobId) => aws.messagesOf('media_nommer', encodeJobMessage(jobId)),
    env,
    feederdPorts: [await freePort(), await freePort()],
    clips: new Map(
      CLIP_SECONDS.map((seconds, index) => [
        seconds,
        [`s3://media/${basename(clips[index] ?? '')}`],
      ]),
    ),
    noMedia: `s3://media/${basename(noMedia)}`,
    missing: 's3://media/missing.mp4',
    dests: (name) => [`s3://media/out/${name}`],
    nodeIdOf: ({ dir: cwd }) => basename(cwd),
    async fetch(uri, file) {
      await writeFile(file, await aws.get(uri));
    },
    async outputs() {
      const names: string[] = [];
      let token: string | undefined;
      do {
        const list = { Bucket: 'media', Prefix: 'out/', ContinuationToken: token };
        const page = await s3.send(new ListObjectsV2Command(list));
        names.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice('out/'.length)));
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return names;
    },
    async leftovers() {
      const uri = parseMediaUri('s3://media/out/any', 'dest_path');
      const signal = AbortSignal.timeout(30_000);
      const found = await storage.backendFor(uri, 'dest_path').unfinishedUploads?.(uri, { signal });
      return { parts: [], uploads: (found ?? []).map(({ what }) => what), workDirs: [] };
    },
    // What dead nodes left on their disks has gone with them.
    tidy: () => Promise.resolve(),
    async close() {
      await clients.close();
      await Promise.all(Object.values(proxies).map((each) => each.close()));
      await aws.close();
    },
  };

  async function boot(instance: Ec2Instance): Promise<void> {
    const { id: instanceId, userData } = instance;
    const cwd = join(dir, 'instances', instanceId);
    await mkdir(cwd, { recursive: true });
    const metadata = await startMetadataServer({ instanceId, userData });
    const log = openSync(join(dir, `${instanceId}.log`), 'a');
    const own = {
      PATH: process.env['PATH'],
      HOME: cwd,
      DATA_DIR: join(cwd, 'data'),
      ...environmentOf(userData),
      ...AWS_KEYS,
      IMDS_ENDPOINT: metadata.endpoint,
    };
    const nommerd = processes.startDaemon('nommerd', ['--from-fleet'], { cwd, env: own, log });
    closeSync(log);
    await ended(nommerd);
    // The machine goes with its nommerd, its disk and what ran on it with the machine.
    for (const each of processes.list()) {
      if (each.dir.startsWith(cwd)) processes.signal(each.pid, 'SIGKILL');
    }
    instance.state = 'terminated';
    await metadata.close();
    await rm(cwd, { recursive: true, force: true, maxRetries: 5 });
  }
}

function endpointsOf({ dynamodb, sqs, s3, ec2 }: Record<'dynamodb' | 'sqs' | 's3' | 'ec2', Proxy>) {
  return {
    DYNAMODB_ENDPOINT: dynamodb.url,
    SQS_ENDPOINT: sqs.url,
    S3_ENDPOINT: s3.url,
    EC2_ENDPOINT: ec2.url,
  };
}

/** What cloud-init would lay for systemd to read. */
function environmentOf(userData: string): Record<string, string> {
  const config = JSON.parse(userData.replace(/^#cloud-config\n/u, '')) as {
    write_files: readonly { content: string }[];
  };
  const lines = (config.write_files[0]?.content ?? '').split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', value = ''] = line.split(/=(.*)/u);
      return [name, JSON.parse(value) as string];
    }),
  );
}

/** SQS notices that nobody listens any more; the server here would hide the messages for a while. */
async function giveBack(
  endpoint: string,
  { headers }: IncomingMessage,
  { answer, body }: { answer: Buffer; body: Buffer },
): Promise<void> {
  if (headers['x-amz-target'] !== 'AmazonSQS.ReceiveMessage') return;
  const { Messages = [] } = JSON.parse(answer.toString()) as {
    Messages?: readonly { ReceiptHandle: string }[];
  };
  const { QueueUrl } = JSON.parse(body.toString()) as { QueueUrl: string };
  for (const { ReceiptHandle } of Messages) {
    await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.ChangeMessageVisibility',
        authorization: headers.authorization ?? '',
      },
      body: JSON.stringify({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
    });
  }
}
