import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMetrics, type ReadMetrics } from '../doubles/read-metrics.ts';
import { h264, Installation, SLOW, waitFor } from './installation.ts';

describe('the metrics of a whole installation', { timeout: 120_000 }, () => {
  let here: Installation;

  beforeAll(async () => {
    here = await Installation.create({ NOMMERD_HEARTBEAT_INTERVAL: '1' });
    await here.startFeederd();
  });

  afterAll(() => here.destroy());

  async function scrape(): Promise<ReadMetrics> {
    return readMetrics(await (await fetch(`${here.url}/metrics`)).text());
  }

  /** Looks until the series has reached a value. */
  async function reaches(series: string, least: number): Promise<void> {
    await waitFor(`${series} to reach ${least}`, async () => {
      return (await scrape()).value(series) >= least;
    });
  }

  it('tell what becomes of jobs, nodes and attempts', async () => {
    const clip = await here.makeClip('in.mp4', 6);
    const slow = await here.submitJob({
      source_path: clip,
      dest_path: here.uri('slow.mp4'),
      job_options: SLOW,
    });
    await here.encoding(slow);
    const busy = await scrape();
    expect(busy.value('media_nommer_leader')).toBe(1);
    expect(busy.value('media_nommer_jobs{state="ENCODING"}')).toBe(1);
    expect(busy.value('media_nommer_launches_total{outcome="launched"}')).toBe(1);
    await reaches('media_nommer_slots_busy', 1);
    // Only the node knows these; its heartbeats bring them.
    await reaches('media_nommer_lease_renewals_total{outcome="renewed"}', 2);

    const [pid] = await here.nodePids();
    process.kill(pid as number, 'SIGKILL');
    await here.finished(slow);
    const missing = await here.submitJob({
      source_path: here.uri('no-such.mp4'),
      dest_path: here.uri('none.mp4'),
      job_options: h264(),
    });
    await here.waitForJob(missing, 'ERROR', ({ job_state: state }) => state === 'ERROR');

    await reaches('media_nommer_jobs_ended_total{state="ERROR"}', 1);
    const { value } = await scrape();
    expect(value('media_nommer_jobs_submitted_total')).toBe(2);
    expect(value('media_nommer_jobs_ended_total{state="FINISHED"}')).toBe(1);
    expect(value('media_nommer_job_failures_total{code="NODE_LOST"}')).toBe(1);
    expect(value('media_nommer_job_failures_total{code="SOURCE_NOT_FOUND"}')).toBe(1);
    expect(value('media_nommer_retries_total{reason="failure"}')).toBe(1);
    expect(value('media_nommer_attempts_total')).toBe(3);
    expect(value('media_nommer_job_encode_seconds_count')).toBe(1);
    expect(value('media_nommer_job_encode_seconds_sum')).toBeGreaterThan(4);
    expect(value('media_nommer_media_seconds_total')).toBeCloseTo(6, 0);
    expect(value('media_nommer_output_bytes_total')).toBeGreaterThan(1000);
    expect(value('media_nommer_jobs{state="ENCODING"}')).toBe(0);
  });
});
