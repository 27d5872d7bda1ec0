import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WireJobPage, WireProblem } from '../../src/core/api-wire.ts';
import { damageRow } from '../doubles/damage-row.ts';
import { ended, Installation, waitFor } from './installation.ts';

let here: Installation;

beforeEach(async () => {
  here = await Installation.create({ FEEDERD_ALLOW_EC2_LAUNCHES: 'false' });
});

afterEach(() => here.destroy());

it('goes on with all other jobs when one is damaged', { timeout: 240_000 }, async () => {
  const feederd = await here.startFeederd();
  const source_path = await here.makeClip('in.mp4', 1);
  const job_options = { options: 'h264_web' };
  const submit = (name: string) =>
    here.submitJob({ source_path, dest_path: here.uri(name), job_options });
  const damaged = await submit('damaged.mp4');
  const before = await submit('before.mp4');
  await waitFor('both in the queue', async () => (await queued(here)) === 2);
  feederd.kill('SIGTERM');
  await ended(feederd);
  damageRow(here.path('data'), damaged, '{"uniqueId": "cut off');

  // It starts, and takes jobs.
  await here.startFeederd();
  const after = await submit('after.mp4');
  const node = here.startNommerd();
  await here.finished(before);
  await here.finished(after);
  expect(node.exitCode).toBeNull();

  const { jobs } = (await (await fetch(`${here.url}/jobs`)).json()) as WireJobPage;
  expect(jobs.map(({ unique_id: id }) => id).toSorted()).toEqual([before, after].toSorted());
  const answer = await fetch(`${here.url}/jobs/${damaged}`);
  expect(answer.status).toBe(500);
  expect((await answer.json()) as WireProblem).toMatchObject({
    error_code: 'JOB_UNREADABLE',
    detail: `Job ${damaged} cannot be read as it is stored: it is no JSON`,
  });
  await expect(here.mediaNommer(['audit'])).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringMatching(
      new RegExp(`✗ job ${damaged}: cannot be read as it is stored: it is no JSON\\n.*\\n✗ 2 jobs`),
    ) as string,
  });
});

async function queued({ url }: Installation): Promise<number> {
  const stats = (await (await fetch(`${url}/stats`)).json()) as { queue: { waiting: number } };
  return stats.queue.waiting;
}
