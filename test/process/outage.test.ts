import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeGate, type Gate } from './gate.ts';
import { h264, Installation, SLOW, waitFor } from './installation.ts';
import { startAws, type Aws } from './start-aws.ts';

const OUTAGE_MS = 3000;

describe('while store and queue are away', { timeout: 240_000 }, () => {
  let aws: Aws;
  let gates: readonly Gate[];
  let here: Installation;

  beforeEach(async () => {
    aws = await startAws({});
    const { DYNAMODB_ENDPOINT = '', SQS_ENDPOINT = '' } = aws.env;
    const [store, queue] = [await makeGate(DYNAMODB_ENDPOINT), await makeGate(SQS_ENDPOINT)];
    gates = [store, queue];
    here = await Installation.create({
      ...aws.env,
      DYNAMODB_ENDPOINT: store.url,
      SQS_ENDPOINT: queue.url,
      FEEDERD_ALLOW_EC2_LAUNCHES: 'false',
      NOMMERD_LEASE_SECONDS: '15',
    });
    await here.makeClip('in.mp4', 1);
    await aws.put('s3://media/in.mp4', here.path('in.mp4'));
  });

  afterEach(async () => {
    await openAll().catch(() => {});
    await here.destroy();
    await closeAll();
    await aws.close();
  });

  const openAll = () => Promise.all(gates.map((gate) => gate.open()));
  const closeAll = () => Promise.all(gates.map((gate) => gate.close()));
  const body = (name: string) => ({
    source_path: 's3://media/in.mp4',
    dest_path: `s3://media/${name}.mp4`,
    job_options: h264(),
  });
  const status = async (path: string, init?: RequestInit) =>
    (await fetch(`${here.url}${path}`, init).catch(() => undefined))?.status;

  it('both daemons start, say so, refuse what they cannot keep, and go on when all is back', async () => {
    await openAll();
    await here.mediaNommer(['setup']);
    await closeAll();

    const starting = here.startFeederd();
    here.startNommerd();
    await waitFor('feederd to live', async () => (await status('/healthz')) === 200);
    expect(await status('/readyz')).toBe(503);
    const refused = await status('/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'early' },
      body: JSON.stringify(body('early')),
    });
    expect(refused).toBe(503);

    await openAll();
    await starting;
    const { jobs } = (await (await fetch(`${here.url}/jobs`)).json()) as { jobs: unknown[] };
    expect(jobs).toEqual([]);
    await here.finished(await here.submitJob(body('out')));
  });

  it('a job that is worked on goes on, if they are back before its lease ends', async () => {
    await openAll();
    await here.mediaNommer(['setup']);
    await here.startFeederd();
    here.startNommerd();
    await here.makeClip('long.mp4', 6);
    await aws.put('s3://media/in.mp4', here.path('long.mp4'));
    const id = await here.submitJob({ ...body('out'), job_options: SLOW });
    await here.encoding(id);
    await closeAll();
    expect(await status('/readyz')).toBe(503);
    await new Promise((resolve) => setTimeout(resolve, OUTAGE_MS));
    await openAll();
    await waitFor('feederd to be ready', async () => (await status('/readyz')) === 200);
    expect((await here.finished(id)).attempt).toBe(1);
  });
});
