import { beforeEach, describe, expect, it } from 'vitest';
import type { EncodingJob } from '../../../src/core/job.ts';
import { JobCache } from '../../../src/feederd/job-cache.ts';
import { MemoryJobStore } from '../../doubles/memory-job-store.ts';
import { makeJob } from '../../doubles/make-job.ts';
import { makeNotification } from '../../doubles/make-notification.ts';

describe('JobCache', () => {
  let store: MemoryJobStore;
  let told: EncodingJob[];
  let cache: JobCache;

  beforeEach(() => {
    store = new MemoryJobStore();
    told = [];
    cache = new JobCache(store, (job) => told.push(job));
  });

  const ids = () => cache.jobs().map(({ uniqueId }) => uniqueId);

  it('loads all open jobs, page by page, and no ended ones', async () => {
    for (let index = 0; index < 250; index += 1) {
      await store.create(makeJob({ uniqueId: `open-${index}` }));
    }
    await store.create(makeJob({ uniqueId: 'ended', jobState: 'FINISHED' }));
    await cache.reload();
    expect(ids()).toHaveLength(250);
    expect(ids()).not.toContain('ended');
  });

  it('tells of every change once and never goes back to an older version', () => {
    const job = makeJob();
    cache.update(job);
    cache.update({ ...job, version: 3, jobState: 'ENCODING' });
    cache.update({ ...job, version: 2 });
    cache.update({ ...job, version: 3, jobState: 'ENCODING' });
    expect(told.map(({ version }) => version)).toEqual([1, 3]);
    expect(cache.jobs()[0]?.jobState).toBe('ENCODING');
  });

  it('keeps little of an ended job, until its notifications are delivered', () => {
    const job = makeJob({ submitter: 'web', log: 'x'.repeat(8000) });
    const ended = { ...job, version: 2, jobState: 'FINISHED' as const };
    cache.update(job);
    cache.update({ ...ended, undelivered: [makeNotification(), makeNotification()] });
    expect(ids()).toEqual([]);
    expect([...cache.untold()]).toEqual([{ version: 2, submitter: 'web', undelivered: 2 }]);
    cache.update({ ...ended, version: 3, undelivered: [] });
    expect([...cache.untold()]).toEqual([]);
  });

  it('tells of an ended job once, however often it is read', async () => {
    const undelivered = [makeNotification()];
    await store.create(makeJob({ jobState: 'FINISHED', undelivered }));
    await cache.reload();
    await cache.reload();
    await cache.refresh('job-1');
    expect(told).toHaveLength(1);
  });

  it('takes up a job that is retried', () => {
    const undelivered = [makeNotification()];
    const job = makeJob({ jobState: 'FINISHED', undelivered });
    cache.update(job);
    cache.update({ ...job, version: 2, jobState: 'PENDING' });
    cache.update({ ...job, version: 1 });
    expect(ids()).toEqual(['job-1']);
    expect([...cache.untold()]).toEqual([]);
  });

  it('hears at the next reload of a job that ended without a hint', async () => {
    const job = makeJob();
    await store.create(job);
    await cache.reload();
    await store.replace({ ...job, version: 2, jobState: 'FINISHED' }, 1);
    await cache.reload();
    expect(ids()).toEqual([]);
    expect(told.at(-1)?.jobState).toBe('FINISHED');
  });

  it('leaves out jobs that cannot be read, and tells of each once until it is mended', async () => {
    const named: string[] = [];
    cache = new JobCache(
      store,
      (job) => told.push(job),
      ({ id, reason }) => named.push(`${id}: ${reason}`),
    );
    await store.create(makeJob());
    await store.create(makeJob({ uniqueId: 'job-2' }));
    await cache.reload();
    store.damage('job-1');
    for (let reloads = 0; reloads < 3; reloads += 1) await cache.reload();
    expect(await cache.refresh('job-1')).toBeUndefined();
    expect(named).toEqual(['job-1: it is no JSON']);
    expect(ids()).toEqual(['job-2']);

    store.mend('job-1');
    await cache.reload();
    expect(ids().toSorted()).toEqual(['job-1', 'job-2']);
    store.damage('job-1');
    await cache.reload();
    expect(named).toHaveLength(2);
  });

  it('goes on when a job has ended and is damaged since', async () => {
    const job = makeJob();
    await store.create(job);
    await cache.reload();
    await store.replace({ ...job, version: 2, jobState: 'FINISHED' }, 1);
    store.damage('job-1');
    await cache.reload();
    expect(ids()).toEqual([]);
  });

  it('forgets jobs that were wiped', async () => {
    const undelivered = [makeNotification()];
    await store.create(makeJob());
    await store.create(makeJob({ uniqueId: 'ended', jobState: 'FINISHED', undelivered }));
    await cache.reload();
    await store.wipe();
    await cache.reload();
    expect(ids()).toEqual([]);
    expect([...cache.untold()]).toEqual([]);
    expect(await cache.refresh('job-1')).toBeUndefined();
  });
});
