import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ended as exited, h264, Installation, waitFor } from './installation.ts';
import { AWS_KEYS } from './start-aws.ts';

const ROOT = join(import.meta.dirname, '../..');
const NOWHERE = 'http://127.0.0.1:1';

it('an idle node ends well while its table cannot be reached', { timeout: 90_000 }, async () => {
  const nommerd = await startNommerd();
  nommerd.kill('SIGTERM');
  expect(await exited(nommerd)).toBe(0);
});

it('feederd ends within its grace period though a receiver never answers', async () => {
  const silent = createServer((socket) => void socket.on('error', () => undefined).resume());
  const sockets: Socket[] = [];
  silent.on('connection', (socket) => sockets.push(socket));
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const here = await Installation.create({
    HTTP_ALLOWED_NETWORKS: '127.0.0.1',
    NOTIFY_TIMEOUT: '60',
    FEEDERD_ALLOW_EC2_LAUNCHES: 'false',
  });
  onTestFinished(() => here.destroy());
  const feederd = await here.startFeederd();
  const id = await here.submitJob({
    source_path: here.uri('in.mp4'),
    dest_path: here.uri('out.mp4'),
    job_options: h264(),
    notify_url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`,
  });
  await fetch(`${here.url}/jobs/${id}/cancel`, { method: 'POST' });
  await waitFor('the receiver to be told', async () => sockets.length > 0);
  const toldAt = performance.now();
  feederd.kill('SIGTERM');
  expect(await exited(feederd)).toBe(0);
  expect(performance.now() - toldAt).toBeLessThan(20_000);
}, 90_000);

/** Starts a node, all of whose services are away. */
async function startNommerd(): Promise<ChildProcess> {
  const dir = await mkdtemp(join(tmpdir(), 'media-nommer-goodbye-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const main = join(ROOT, 'src/nommerd/main.ts');
  const child = spawn(process.execPath, ['--conditions=media-nommer:source', main, '--local'], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      BACKEND: 'aws',
      AWS_REGION: 'us-east-1',
      ...AWS_KEYS,
      CONFIG_S3_BUCKET: 'settings',
      EC2_AMI_ID: 'ami-1',
      DYNAMODB_ENDPOINT: NOWHERE,
      SQS_ENDPOINT: NOWHERE,
      S3_ENDPOINT: NOWHERE,
      EC2_ENDPOINT: NOWHERE,
      DATA_DIR: dir,
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await waitFor('the node to be ready', async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${printed}`);
    return printed.includes('nommerd is ready');
  });
  return child;
}
