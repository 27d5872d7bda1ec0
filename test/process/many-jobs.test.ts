import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WireJob } from '../../src/core/job-wire.ts';
import { h264, Installation, waitFor } from './installation.ts';

const JOBS = 50;
const SLOTS = 2;
/** Far more than it takes. */
const SECONDS = 300;

describe('50 jobs at once on 2 slots', { timeout: SECONDS * 1000 }, () => {
  let here: Installation;

  beforeEach(async () => {
    here = await Installation.create({ MAX_ENCODING_JOBS_PER_EC2_INSTANCE: String(SLOTS) });
    await here.startFeederd();
  });

  afterEach(() => here.destroy());

  it('all finish, never more than 2 at a time, and no slot idle while a job waits', async () => {
    const source = await here.makeClip('in.mp4', 1);
    const ids = await Promise.all(
      Array.from({ length: JOBS }, (_, index) =>
        here.submitJob({
          source_path: source,
          dest_path: here.uri(`out/${index}.mp4`),
          job_options: h264(),
        }),
      ),
    );
    let most = 0;
    let allFinished = false;
    const watching = waitFor(
      'all jobs to finish',
      async () => {
        most = Math.max(most, (await here.ffmpegPids()).length);
        return allFinished;
      },
      SECONDS,
    );
    // One after the other: fifty pollers would take the processor away from what they wait for.
    const jobs: WireJob[] = [];
    for (const id of ids) jobs.push(await here.finished(id, SECONDS));
    allFinished = true;
    await watching;

    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(SLOTS);
    expect(jobs.every(({ attempt }) => attempt === 1)).toBe(true);

    const time = (at: string | undefined) => Date.parse(at ?? '');
    const spans = jobs.map(({ timings }) => ({
      start: time(timings.find(({ state }) => state === 'DOWNLOADING')?.at),
      end: time(timings.find(({ state }) => state === 'FINISHED')?.at),
    }));
    const busyAt = (at: number) => spans.filter(({ start, end }) => start <= at && at < end).length;
    expect(Math.max(...spans.map(({ start }) => busyAt(start)))).toBe(SLOTS);

    // From the first start to the last one a job was waiting all the time. Slots were then busy for
    // almost all of it; a loop that waits for a batch or for an interval would leave half of it idle.
    const starts = spans.map(({ start }) => start);
    const [first, last] = [Math.min(...starts), Math.max(...starts)];
    const busy = spans.reduce(
      (sum, { start, end }) => sum + Math.max(Math.min(end, last) - start, 0),
      0,
    );
    expect(busy / (SLOTS * (last - first))).toBeGreaterThan(0.9);
  });
});
