import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Canaries } from './canaries.ts';
import { bootMachine, type Ec2Machine } from './ec2-machine.ts';
import { Installation, waitFor } from './installation.ts';
import { makeSecretJobs } from './secret-jobs.ts';
import { AWS_KEYS, startAws, type Aws } from './start-aws.ts';
import { startTap, type Tap } from './start-tap.ts';
import { startTelltale, type Telltale } from './start-telltale.ts';

const canaries = new Canaries();
/** What is no secret: whoever looks where it is must find it. */
const CONTROL = new Canaries().make('control');
const SECRETS = {
  NOTIFY_SECRETS: `whsec_${Buffer.from(canaries.make('NOTIFY_SECRETS')).toString('base64')}`,
  SECRETS_KEYS: Buffer.from(canaries.make('SECRETS_KEYS')).toString('base64'),
};
const SERVICES = ['DYNAMODB', 'SQS', 'S3', 'EC2'] as const;
const LOGS = { feederd: '', nommerd: '' };

let aws: Aws;
let here: Installation;
let telltale: Telltale;
const taps = new Map<string, Tap>();
const machines: Promise<Ec2Machine>[] = [];
const ids: string[] = [];
/** How each job was to end, and how it did. */
const ended: (readonly [wanted: string, state: string])[] = [];

beforeAll(async () => {
  aws = await startAws({
    onLaunch: (instance) => {
      const machine = bootMachine(instance, here, { SECRETS_KEYS: SECRETS.SECRETS_KEYS });
      machines.push(machine);
      void machine.then(({ nommerd }) =>
        nommerd.stdout?.on('data', (text) => (LOGS.nommerd += String(text))),
      );
    },
  });
  const endpoints: Record<string, string> = {};
  for (const service of SERVICES) {
    const name = `${service}_ENDPOINT`;
    const tap = await startTap(aws.env[name] ?? '');
    taps.set(service, tap);
    endpoints[name] = tap.endpoint;
  }
  here = await Installation.create({
    ...aws.env,
    ...endpoints,
    ...SECRETS,
    LOG_LEVEL: 'trace',
    HTTP_ALLOWED_NETWORKS: '127.0.0.1',
    NOMMERD_MAX_INACTIVITY: '3',
    NOMMERD_HEARTBEAT_INTERVAL: '1',
    NOMMERD_LEASE_SECONDS: '60',
    JOB_MAX_ATTEMPTS: '1',
  });
  await here.makeClip('in.mp4', 1);
  await aws.put('s3://media/in.mp4', here.path('in.mp4'));
  const secret = canaries.make('redirect');
  telltale = await startTelltale({
    clip: here.path('in.mp4'),
    elsewhere: `ftp://user:${secret}@host/in.mp4?token=${secret}`,
  });
  await here.mediaNommer(['setup']);
  const ready = here.startFeederd();
  here.feederd?.stdout?.on('data', (text) => (LOGS.feederd += String(text)));
  await ready;

  const jobs = makeSecretJobs({ canaries, telltale, metadata: { control: CONTROL } });
  for (const [, job] of jobs.ending) ids.push(await here.submitJob(job));
  for (const [index, [state]] of jobs.ending.entries()) {
    const hasEnded = async () => {
      const { job_state: now } = await here.job(ids[index] ?? '');
      return now === state || ['ERROR', 'FINISHED'].includes(now);
    };
    await waitFor(`job ${index} to end`, hasEnded, 240);
    ended.push([state, (await here.job(ids[index] ?? '')).job_state]);
  }
  for (const machine of machines) await (await machine).off;
}, 600_000);

afterAll(async () => {
  await here.destroy();
  for (const machine of machines) await (await machine).off;
  await telltale.close();
  for (const tap of taps.values()) await tap.close();
  await aws.close();
}, 60_000);

describe('a secret of an installation on AWS', () => {
  it('is used by jobs that end as they should', () => {
    expect(ended.map(([, state]) => state)).toEqual(ended.map(([wanted]) => wanted));
  });

  it.each([
    ['DYNAMODB', 'the job store', () => CONTROL],
    ['SQS', 'the queues', () => ids[0]],
    ['S3', 'the settings that nodes fetch, and media', () => 'JOB_MAX_ATTEMPTS'],
    ['EC2', 'what instances are launched with', () => 'Action=RunInstances'],
  ])('is in nothing that %s hears: %s', (service, _what, control) => {
    const heard = taps.get(service)?.heard() ?? [];
    expect(heard.join('\n')).toContain(control());
    expect([...new Set(heard.flatMap((line) => canaries.in(line)))]).toEqual([]);
    expect(heard.join('\n')).not.toContain(AWS_KEYS.AWS_SECRET_ACCESS_KEY);
  });

  it('is not in the user data of an instance', () => {
    const data = aws.ec2.instances.map(({ userData }) => userData);
    expect(data.length).toBeGreaterThan(0);
    expect(data.join('\n')).toContain('settings');
    expect(data.flatMap((each) => canaries.in(each))).toEqual([]);
  });

  it.each(['feederd', 'nommerd'] as const)('is not in the log of %s', (name) => {
    expect(LOGS[name]).toContain(ids[0]);
    expect(canaries.in(LOGS[name])).toEqual([]);
    expect(LOGS[name]).not.toContain(AWS_KEYS.AWS_SECRET_ACCESS_KEY);
  });
});
