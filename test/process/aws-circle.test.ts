import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { bootMachine, type Ec2Machine } from './ec2-machine.ts';
import { ended, h264, Installation, waitFor } from './installation.ts';
import { AWS_KEYS, startAws, type Aws } from './start-aws.ts';

let aws: Aws;
let here: Installation;
let machines: Promise<Ec2Machine>[];
let running: number;
let most: number;

afterEach(async () => {
  await here.destroy();
  for (const machine of machines) await (await machine).off;
  await aws.close();
});

it('launches, boots, encodes from S3 to S3, notifies, and is gone when idle', async () => {
  await begin({ MAX_NUM_EC2_INSTANCES: '3' });
  const clip = await source(1);
  const receiver = await startReceiver();
  await here.startFeederd();

  const id = await here.submitJob({
    source_path: clip,
    dest_path: 's3://media/out.mp4',
    notify_url: receiver.url,
    job_options: h264(),
  });
  const job = await here.finished(id);
  expect(job.attempt).toBe(1);
  const output = Buffer.from(await aws.get('s3://media/out.mp4'));
  expect(output.subarray(4, 8).toString()).toBe('ftyp');
  const [instance, ...others] = aws.ec2.instances;
  expect(others).toEqual([]);
  expect(instance?.tags.get('media-nommer')).toBe('media_nommer');
  expect(instance?.userData).not.toContain(AWS_KEYS.AWS_SECRET_ACCESS_KEY);
  await waitFor('the notification', async () => receiver.heard.length > 0);
  await allGone();
  const heard = receiver.heard.map((note) => [note.get('job_id'), note.get('job_state')]);
  expect(heard).toEqual([[id, 'FINISHED']]);
}, 90_000);

it('never runs a fourth instance for twenty jobs, and none after them without feederd', async () => {
  await begin({ MAX_NUM_EC2_INSTANCES: '3', FEEDERD_AUTO_SCALE_INTERVAL: '1' });
  aws.ec2.faults.lagCalls = 3;
  // More than the SDK tries: feederd must find out what came of its launch.
  aws.ec2.faults.lostReplies = 7;
  const clip = await source(1);
  const feederd = await here.startFeederd();
  const ids = await Promise.all(Array.from({ length: 20 }, (_, n) => submit(clip, n)));
  for (const id of ids) await here.finished(id, 180);
  feederd.kill('SIGKILL');
  await allGone();
  expect(aws.ec2.faults.lostReplies).toBe(0);
  expect(most).toBeLessThanOrEqual(3);
  expect(machines.length).toBeGreaterThan(1);
}, 240_000);

it.each([
  { what: 'has done and not answered', runDelayMs: 0 },
  { what: 'does only after the next feederd has come up', runDelayMs: 8000 },
])(
  'never runs a third instance after feederd dies over a launch that EC2 $what',
  async (given) => {
    await begin({ MAX_NUM_EC2_INSTANCES: '2', FEEDERD_AUTO_SCALE_INTERVAL: '1' });
    const { ec2 } = aws;
    ec2.faults.lagCalls = 3;
    ec2.faults.silentReplies = 1;
    ec2.faults.runDelayMs = given.runDelayMs;
    const clip = await source(1);
    const first = await here.startFeederd();
    const ids = [];
    for (let n = 0; n < 4; n++) ids.push(await submit(clip, n));
    const isLaunching = async () => ec2.calls.some((call) => call.get('Action') === 'RunInstances');
    await waitFor('a launch', isLaunching);
    first.kill('SIGKILL');
    await ended(first);
    const launched = machines.length;
    expect(launched > 0).toBe(given.runDelayMs === 0);

    await here.startFeederd();
    ids.push(await submit(clip, 4));
    for (const id of ids) await here.finished(id, 180);
    await allGone();
    expect(ec2.faults.silentReplies).toBe(0);
    expect(most).toBeLessThanOrEqual(2);
    expect(ec2.instances.filter(({ state }) => state !== 'terminated')).toEqual([]);
  },
  240_000,
);

/** Every instance is a real nommerd with a metadata service of its own. */
async function begin(env: Record<string, string>): Promise<void> {
  machines = [];
  running = 0;
  most = 0;
  aws = await startAws({
    onLaunch: (instance) => {
      running += 1;
      most = Math.max(most, running);
      const machine = bootMachine(instance, here);
      machines.push(machine);
      void machine.then(({ off }) => off).then(() => (running -= 1));
    },
    onTerminate: (instance) => {
      for (const machine of machines) {
        void machine.then((each) => each.instance === instance && each.nommerd.kill('SIGTERM'));
      }
    },
  });
  here = await Installation.create({
    ...aws.env,
    HTTP_ALLOWED_NETWORKS: '127.0.0.1',
    NOMMERD_MAX_INACTIVITY: '3',
    NOMMERD_HEARTBEAT_INTERVAL: '1',
    // Nothing here may depend on a lease that runs out, as on a machine that has no time.
    NOMMERD_LEASE_SECONDS: '60',
    ...env,
  });
  await here.mediaNommer(['setup']);
}

function submit(clip: string, n: number): Promise<string> {
  return here.submitJob({
    source_path: clip,
    dest_path: `s3://media/out-${n}.mp4`,
    job_options: h264(),
  });
}

/** Of notifications, for the length of a test. */
async function startReceiver() {
  const heard: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    heard.push(new URL(request.url ?? '', 'http://receiver').searchParams);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { heard, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/done` };
}

async function source(seconds: number): Promise<string> {
  await here.makeClip('in.mp4', seconds);
  await aws.put('s3://media/in.mp4', here.path('in.mp4'));
  return 's3://media/in.mp4';
}

async function allGone(): Promise<void> {
  await waitFor('all instances to be gone', async () => running === 0);
}
