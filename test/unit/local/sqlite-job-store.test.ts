import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { cancel } from '../../../src/core/job-rules/operate.ts';
import { JOB_QUERIES } from '../../../src/local/job-queries.ts';
import { nextJob } from '../../conformance/next-job.ts';
import { openTemporaryPlace } from '../../conformance/open-temporary-place.ts';

it.each([
  [JOB_QUERIES.get, /USING INDEX sqlite_autoindex_jobs_1 \(unique_id=\?\)/],
  [JOB_QUERIES.replace, /USING INDEX sqlite_autoindex_jobs_1 \(unique_id=\?\)/],
  [JOB_QUERIES.open, /USING INDEX jobs_open \(sequence>\?\)/],
  [JOB_QUERIES.recent, /USING INTEGER PRIMARY KEY \(rowid<\?\)/],
  [JOB_QUERIES.recentInState, /USING INDEX jobs_by_state \(state=\? AND sequence<\?\)/],
])('answers %j by an index, without sorting', async (sql, wanted) => {
  const { dataDir } = await openTemporaryPlace();
  const database = new DatabaseSync(join(dataDir, 'media-nommer.sqlite'));
  onTestFinished(() => database.close());
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
  const steps = plan.map(({ detail }) => String(detail));
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatch(wanted);
});

it('keeps half a character as it is', async () => {
  const { store } = await openTemporaryPlace();
  const job = nextJob('job', { options: 'half \ud83d of a face' });
  await store.create(job);
  expect(await store.get('job')).toEqual(job);
});

it('tells ids apart that differ behind a NUL', async () => {
  const { store } = await openTemporaryPlace();
  await store.create(nextJob('job\0one'));
  expect(await store.create(nextJob('job\0two'))).toEqual({ created: true });
  expect(await store.get('job')).toBeUndefined();
  expect(await store.get('job\0two')).toMatchObject({ uniqueId: 'job\0two' });
});

it('ends a page early when its jobs are long', async () => {
  const { store } = await openTemporaryPlace();
  const log = 'x'.repeat(300_000);
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
    await store.create({ ...nextJob(id), log });
  }
  const first = await store.open();
  expect(first.jobs.map(({ uniqueId }) => uniqueId)).toEqual(['a', 'b', 'c', 'd']);
  const second = await store.open(first.cursor);
  expect(second.jobs.map(({ uniqueId }) => uniqueId)).toEqual(['e', 'f', 'g']);
  expect(second.cursor).toBeUndefined();
});

it('never gives a page of more than 500 jobs, nor of none', async () => {
  const { store } = await openTemporaryPlace();
  await Promise.all(Array.from({ length: 600 }, (_, n) => store.create(nextJob(`job-${n}`))));
  expect((await store.recent({ limit: 10_000 })).jobs).toHaveLength(500);
  expect((await store.recent({ limit: 0 })).jobs).toHaveLength(1);
  expect((await store.open()).jobs).toHaveLength(500);
});

it('does not miss or repeat open jobs while others end between the pages', async () => {
  const { store } = await openTemporaryPlace();
  const jobs = Array.from({ length: 600 }, (_, n) => nextJob(`job-${n}`));
  await Promise.all(jobs.map((job) => store.create(job)));
  const first = await store.open();
  await Promise.all(
    jobs.slice(0, 300).map((job) => store.replace(cancel(job, Date.now()).job, job.version)),
  );
  const second = await store.open(first.cursor);
  const listed = [...first.jobs, ...second.jobs].map(({ uniqueId }) => uniqueId);
  expect(listed).toEqual(jobs.map(({ uniqueId }) => uniqueId));
});
