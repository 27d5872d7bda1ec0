import { describe, expect, it } from 'vitest';
import type { JobPage, JobStore } from '../../src/core/ports.ts';
import { nextJob } from './next-job.ts';

/** A store, and somebody who may write into it what is no job. */
export interface DamagedStore {
  readonly store: JobStore;
  /** Has the store keep `text` in the place of a job of this id that it has. */
  readonly damage: (uniqueId: string, text: string) => Promise<void>;
}

/** What every job store does with jobs that nobody can read. `open` is called within a test. */
export function describeUnreadableJobs(name: string, open: () => Promise<DamagedStore>): void {
  describe(`${name} with damaged jobs`, () => {
    it.each([
      ['is no JSON', '{"uniqueId": "b", "sourcePath": "s3://ID:hunter2@'],
      ['is no job', '{"uniqueId": "b", "jobState": "PENDING"}'],
      ['is another job', JSON.stringify(nextJob('another'))],
    ])('names one that %s, and lists all others', async (_what, text) => {
      const { store, damage } = await open();
      for (const id of ['a', 'b', 'c', 'd', 'e']) await store.create(nextJob(id));
      for (const id of ['b', 'c', 'e']) await damage(id, text);
      const good = { jobs: ['a', 'd'], unreadable: ['b', 'c', 'e'] };
      await expect.poll(() => walk((cursor) => store.open(cursor))).toEqual(good);
      for (const limit of [1, 2, 3, 10]) {
        const recent = (cursor?: string) =>
          store.recent({ limit, ...(cursor !== undefined && { cursor }) });
        const inState = (cursor?: string) =>
          store.recent({ state: 'PENDING', limit, ...(cursor !== undefined && { cursor }) });
        await expect.poll(() => walk(recent)).toEqual(good);
        await expect.poll(() => walk(inState)).toEqual(good);
      }
    });

    it('refuses one that is asked for by name, and lets all others be changed', async () => {
      const { store, damage } = await open();
      const job = nextJob('a');
      for (const each of [job, nextJob('b')]) await store.create(each);
      await damage('b', 'hunter2');
      const refusal = { code: 'JOB_UNREADABLE', id: 'b', retryable: false };
      await expect(store.get('b')).rejects.toMatchObject(refusal);
      await expect(store.get('b')).rejects.toThrow(/^Job b cannot be read as it is stored: /);
      await expect(store.get('b')).rejects.not.toThrow('hunter2');
      await expect(store.create(nextJob('b'))).rejects.toMatchObject(refusal);
      expect(await store.replace({ ...job, version: 2 }, 1)).toBe(true);
      expect(await store.get('a')).toMatchObject({ version: 2 });
    });

    it('is wiped with them', async () => {
      const { store, damage } = await open();
      for (const id of ['a', 'b']) await store.create(nextJob(id));
      await damage('b', 'x');
      expect(await store.wipe()).toBe(2);
      expect(await store.get('b')).toBeUndefined();
      await expect
        .poll(() => walk((cursor) => store.open(cursor)))
        .toEqual({ jobs: [], unreadable: [] });
    });
  });
}

/** All pages of a list; more of them than there are jobs are too many. */
async function walk(next: (cursor?: string) => Promise<JobPage>) {
  const jobs: string[] = [];
  const unreadable: string[] = [];
  let cursor: string | undefined;
  for (let pages = 1; pages <= 10; pages += 1) {
    const page = await next(cursor);
    jobs.push(...page.jobs.map(({ uniqueId }) => uniqueId));
    unreadable.push(...page.unreadable.map(({ id }) => id));
    ({ cursor } = page);
    if (cursor === undefined) return { jobs: jobs.toSorted(), unreadable: unreadable.toSorted() };
  }
  throw new Error('the list has no end');
}
