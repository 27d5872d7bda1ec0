import type { ChildProcess } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import type { Ec2Instance } from '../doubles/ec2-server/instances.ts';
import {
  startMetadataServer,
  type MetadataServer,
} from '../doubles/ec2-server/start-metadata-server.ts';
import { ended, h264, Installation, waitFor } from './installation.ts';
import { AWS_KEYS, startAws, type Aws } from './start-aws.ts';

let aws: Aws;
let here: Installation;
const machines: { instance: Ec2Instance; nommerd: ChildProcess; metadata: MetadataServer }[] = [];

afterEach(async () => {
  await here.destroy();
  await Promise.all(machines.splice(0).map(({ metadata }) => metadata.close()));
  await aws.close();
});

it('launches, boots, encodes from S3 to S3, notes it all, and is gone when idle', async () => {
  await begin({ MAX_NUM_EC2_INSTANCES: '3' });
  const clip = await source(1);
  await here.startFeederd();

  const id = await here.submitJob({
    source_path: clip,
    dest_path: 's3://media/out.mp4',
    job_options: h264(),
  });
  const job = await here.finished(id);
  expect(job.attempt).toBe(1);
  const output = Buffer.from(await aws.get('s3://media/out.mp4'));
  expect(output.subarray(4, 8).toString()).toBe('ftyp');
  expect(machines.map(({ instance }) => instance.tags.get('media-nommer'))).toEqual([
    'media_nommer',
  ]);
  await allGone();
});

it('never runs a fourth instance for twenty jobs, and none after them without feederd', async () => {
  await begin({ MAX_NUM_EC2_INSTANCES: '3' });
  aws.ec2.faults.lagCalls = 3;
  aws.ec2.faults.lostReplies = 1;
  const clip = await source(1);
  const feederd = await here.startFeederd();
  const ids = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      here.submitJob({
        source_path: clip,
        dest_path: `s3://media/out-${n}.mp4`,
        job_options: h264(),
      }),
    ),
  );
  for (const id of ids) await here.finished(id, 120);
  feederd.kill('SIGKILL');
  await allGone();
  expect(most).toBeLessThanOrEqual(3);
  expect(machines.length).toBeGreaterThan(1);
}, 180_000);

let running = 0;
let most = 0;

/** Every instance is a real nommerd with a metadata service of its own. */
async function begin(env: Record<string, string>): Promise<void> {
  running = 0;
  most = 0;
  aws = await startAws({
    onLaunch: (instance) => {
      running += 1;
      most = Math.max(most, running);
      void boot(instance);
    },
    onTerminate: (instance) => {
      machines.find((machine) => machine.instance === instance)?.nommerd.kill('SIGTERM');
    },
  });
  here = await Installation.create({
    ...aws.env,
    NOMMERD_MAX_INACTIVITY: '3',
    NOMMERD_HEARTBEAT_INTERVAL: '1',
    ...env,
  });
  await here.mediaNommer(['setup']);
}

async function boot(instance: Ec2Instance): Promise<void> {
  expect(instance.userData).not.toContain(AWS_KEYS.AWS_SECRET_ACCESS_KEY);
  const metadata = await startMetadataServer({
    instanceId: instance.id,
    userData: instance.userData,
  });
  const nommerd = here.startInstance({
    ...environmentOf(instance.userData),
    // The role's, on a real instance.
    ...AWS_KEYS,
    IMDS_ENDPOINT: metadata.endpoint,
  });
  machines.push({ instance, nommerd, metadata });
  await ended(nommerd);
  // The machine powers off with its nommerd, and was launched to be terminated by that.
  running -= 1;
  instance.state = 'terminated';
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

async function source(seconds: number): Promise<string> {
  await here.makeClip('in.mp4', seconds);
  await aws.put('s3://media/in.mp4', here.path('in.mp4'));
  return 's3://media/in.mp4';
}

async function allGone(): Promise<void> {
  await waitFor('all instances to be gone', async () => running === 0);
}
