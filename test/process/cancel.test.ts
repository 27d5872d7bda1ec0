import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation, SLOW, waitFor } from './installation.ts';

describe('cancelling', { timeout: 120_000 }, () => {
  let here: Installation;
  let source: string;

  beforeAll(async () => {
    here = await Installation.create({ MAX_ENCODING_JOBS_PER_EC2_INSTANCE: '1' });
    await here.startFeederd();
    source = await here.makeClip('in.mp4', 60);
  });

  afterAll(() => here.destroy());

  const submit = (name: string) =>
    here.submitJob({
      source_path: source,
      dest_path: here.uri(name),
      job_options: SLOW,
    });
  const cancel = (id: string) => fetch(`${here.url}/jobs/${id}/cancel`, { method: 'POST' });
  const cancelled = (id: string) =>
    here.waitForJob(id, 'CANCELLED', ({ job_state }) => job_state === 'CANCELLED');

  it('stops a running job and never starts a queued one', async () => {
    const running = await submit('running.mp4');
    const queued = await submit('queued.mp4');
    await here.encoding(running);

    expect((await cancel(queued)).ok).toBe(true);
    expect((await cancelled(queued)).attempt).toBe(0);
    expect((await cancel(running)).ok).toBe(true);
    await cancelled(running);

    await waitFor('ffmpeg to end', async () => (await here.ffmpegPids()).length === 0);
    await waitFor('no work files', async () => (await here.workFiles()).length === 0);
    expect(await readdir(here.dir)).not.toContain('running.mp4');
    expect((await cancel(running)).status).toBe(409);
  });

  it('runs a cancelled job after all when it is retried', async () => {
    const id = await submit('retried.mp4');
    await cancel(id);
    await cancelled(id);

    const answer = await fetch(`${here.url}/jobs/${id}/retry`, { method: 'POST' });

    expect(answer.ok).toBe(true);
    await waitFor(
      'it to be under way',
      async () => typeof (await here.job(id)).progress?.percent === 'number',
    );
    await cancel(id);
    await cancelled(id);
  });
});
