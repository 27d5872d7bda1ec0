import { describe, expect, it } from 'vitest';
import type { WireJob } from '../../../src/core/job-wire.ts';
import { toWireJob } from '../../../src/core/job-wire.ts';
import type { ListQuery } from '../../../src/client/client.ts';
import { JobList, type Filter, type ListPage } from '../../../src/web/job-list.ts';
import { makeJob, NOW } from '../../doubles/make-job.ts';

/** Job n was submitted n seconds after the first. */
function wireJob(n: number, patch: Partial<WireJob> = {}): WireJob {
  const job = makeJob({ uniqueId: `job-${n}`, createdAt: NOW + n * 1000 });
  return { ...toWireJob(job), ...patch };
}

const ALL = { state: undefined, q: '' };
const listOf = (list: ListPage, filter: Filter = ALL) => new JobList({ filter, list });

/** A feederd that has jobs from 1 to `count`. */
function pagesOf(count: number) {
  const asked: ListQuery[] = [];
  const list = (query: ListQuery) => {
    asked.push(query);
    const before = query.cursor === undefined ? count : Number(query.cursor);
    const size = Math.min(query.limit ?? 50, before);
    const jobs = Array.from({ length: size }, (_, index) => wireJob(before - index));
    const rest = before - size;
    return Promise.resolve({ jobs, ...(rest > 0 && { cursor: String(rest) }) });
  };
  return { asked, list };
}

describe('the list of jobs', () => {
  it('comes page by page, and knows when there are no more', async () => {
    const { list } = pagesOf(500);
    const jobs = listOf(list);
    await jobs.reload();
    expect([jobs.ids.value.length, jobs.hasMore.value]).toEqual([100, true]);
    expect(jobs.ids.value.slice(0, 2)).toEqual(['job-500', 'job-499']);
    await jobs.more();
    await jobs.more();
    await jobs.more();
    expect([jobs.ids.value.length, jobs.hasMore.value]).toEqual([500, false]);
    expect(new Set(jobs.ids.value).size).toBe(500);
  });

  it('puts new jobs where they belong, and leaves those to their page that are older', async () => {
    const jobs = listOf(pagesOf(150).list);
    await jobs.reload();
    jobs.onState(wireJob(152));
    jobs.onState(wireJob(151));
    jobs.onState(wireJob(3));
    expect(jobs.ids.value.slice(0, 3)).toEqual(['job-152', 'job-151', 'job-150']);
    expect(jobs.ids.value).not.toContain('job-3');
  });

  it('lets jobs come and go as the filter wants them', async () => {
    const jobs = listOf(pagesOf(3).list, { state: 'PENDING', q: 'IN.mp4' });
    await jobs.reload();
    jobs.onState(wireJob(2, { job_state: 'ENCODING', version: 9 }));
    jobs.onState(wireJob(4, { source_path: 'file:///media/other.mp4', dest_path: 'file:///o' }));
    expect(jobs.ids.value).toEqual(['job-3', 'job-1']);
    jobs.onState(wireJob(2, { version: 10 }));
    expect(jobs.ids.value).toEqual(['job-3', 'job-2', 'job-1']);
  });

  it('believes the newer of two, whichever comes first', async () => {
    const jobs = listOf(pagesOf(1).list);
    await jobs.reload();
    jobs.onState(wireJob(1, { job_state: 'UPLOADING', version: 8 }));
    jobs.onState(wireJob(1, { job_state: 'ENCODING', version: 7 }));
    const progress = { ...wireJob(1), version: 6, job_state: 'DOWNLOADING' as const };
    jobs.onProgress(progress);
    await jobs.reload();
    expect(jobs.job('job-1')?.value).toMatchObject({ job_state: 'UPLOADING', version: 8 });
  });

  it('misses none that comes while a page is on its way', async () => {
    let answer: (() => void) | undefined;
    const { list } = pagesOf(2);
    const held = async (query: ListQuery) => {
      await new Promise<void>((resolve) => (answer = resolve));
      return list(query);
    };
    const jobs = listOf(held);
    const loading = jobs.reload();
    jobs.onState(wireJob(3));
    answer?.();
    await loading;
    expect(jobs.ids.value).toEqual(['job-3', 'job-2', 'job-1']);
  });

  it('says what went wrong, and goes on with a search that has found nothing yet', async () => {
    const failing = listOf(() => Promise.reject(new Error('feederd is away')));
    await failing.reload();
    expect(failing.status.value).toEqual({ failed: 'feederd is away' });

    let calls = 0;
    const searching = listOf(
      () => {
        calls += 1;
        const isThere = calls === 3;
        const jobs = isThere ? [wireJob(1, { metadata: { name: 'needle' } })] : [];
        return Promise.resolve({ jobs, ...(!isThere && { cursor: String(calls) }) });
      },
      { state: undefined, q: 'needle' },
    );
    await searching.reload();
    expect(searching.ids.value).toEqual(['job-1']);
    expect(calls).toBe(3);
  });
});
