import { describe, expect, it } from 'vitest';
import type { EncodingJob } from '../../src/core/job.ts';
import { cancel, retry } from '../../src/core/job-rules/operate.ts';
import { recordDelivery } from '../../src/core/job-rules/notifications.ts';
import type { Ruling } from '../../src/core/job-rules/ruling.ts';
import type { JobPage, JobStore } from '../../src/core/ports.ts';
import { nextJob } from './next-job.ts';

/** What every job store does. `makeStore` is called within a test, and gives an empty one. */
export function describeJobStore(name: string, makeStore: () => Promise<JobStore>): void {
  describeStoredJobs(name, makeStore);
  describeJobLists(name, makeStore);
}

/** What the job protocol is built on. */
export function describeStoredJobs(name: string, makeStore: () => Promise<JobStore>): void {
  describe(`${name} as a job store`, () => {
    it('gives a job back exactly as it was stored', async () => {
      const store = await makeStore();
      const job = nextJob('ünique-😀', {
        sourcePath: 's3://ID:se/cr+et@bucket/a \'quoted\'\n"name".mov',
        options: [{ deep: [[null, 0, -1.5, true, '', 'nul \0 inside']] }, 'текст 映像 \u2028'],
        metadata: { order: 17, 'a.b': { c: [] } },
      });
      expect(await store.create(job)).toEqual({ created: true });
      expect(await store.get(job.uniqueId)).toEqual(job);
    });

    it('keeps a job with a long log and long options', async () => {
      const store = await makeStore();
      const job = { ...nextJob('long', { options: 'o'.repeat(60_000) }), log: 'l'.repeat(60_000) };
      await store.create(job);
      expect(await store.get('long')).toEqual(job);
    });

    it('knows no job that nobody created', async () => {
      const store = await makeStore();
      expect(await store.get('nobody')).toBeUndefined();
      expect(await store.replace(nextJob('nobody'), 1)).toBe(false);
      expect(await store.get('nobody')).toBeUndefined();
    });

    it('tells of the job that has the id already, and leaves it alone', async () => {
      const store = await makeStore();
      const first = nextJob('twice', { destPath: 'file:///first' });
      await store.create(first);
      const again = await store.create(nextJob('twice', { destPath: 'file:///second' }));
      expect(again).toEqual({ created: false, existing: first });
      expect(await store.get('twice')).toEqual(first);
    });

    it('lets one of many simultaneous creates of an id win', async () => {
      const store = await makeStore();
      const jobs = numbered(20, (n) => nextJob('contested', { metadata: { n } }));
      const answers = await Promise.all(jobs.map((job) => store.create(job)));
      const winner = jobs[answers.findIndex(({ created }) => created)];
      expect(answers.filter(({ created }) => created)).toHaveLength(1);
      expect(await store.get('contested')).toEqual(winner);
      for (const answer of answers) {
        if (!answer.created) expect(answer.existing).toEqual(winner);
      }
    });

    it('replaces a job of the expected version only', async () => {
      const store = await makeStore();
      const first = nextJob('job');
      await store.create(first);
      const second = changed(cancel(first, Date.now()));
      expect(await store.replace(second, first.version)).toBe(true);
      expect(await store.get('job')).toEqual(second);

      const stale = { ...first, version: 2, jobStateDetails: 'too late' };
      expect(await store.replace(stale, first.version)).toBe(false);
      expect(await store.get('job')).toEqual(second);
    });

    it('lets one of many simultaneous replaces of a version win', async () => {
      const store = await makeStore();
      const job = nextJob('contested');
      await store.create(job);
      const rivals = numbered(20, (n) => ({ ...job, version: 2, log: `rival ${n}` }));
      const answers = await Promise.all(rivals.map((rival) => store.replace(rival, 1)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await store.get('contested')).toEqual(rivals[answers.indexOf(true)]);
    });

    it('lists a job as open until it has ended and its notifications are delivered', async () => {
      const store = await makeStore();
      const openIds = () => ids(allPages((cursor) => store.open(cursor)));
      const replace = async (job: EncodingJob, before: EncodingJob) =>
        expect(await store.replace(job, before.version)).toBe(true);

      const silent = nextJob('silent');
      const noisy = nextJob('noisy', { notifyUrl: 'http://example.com/' });
      await store.create(silent);
      await store.create(noisy);
      await expect.poll(openIds).toEqual(['noisy', 'silent']);

      const silentEnded = changed(cancel(silent, Date.now()));
      const noisyEnded = changed(cancel(noisy, Date.now()));
      await replace(silentEnded, silent);
      await replace(noisyEnded, noisy);
      await expect.poll(openIds).toEqual(['noisy']);

      const delivery = recordDelivery(noisyEnded, 'noisy_1', { delivered: true }, Date.now());
      await replace(changed(delivery), noisyEnded);
      await expect.poll(openIds).toEqual([]);

      await replace(changed(retry(silentEnded, Date.now())), silentEnded);
      await expect.poll(openIds).toEqual(['silent']);
    });

    it('lists every open job once, however many pages that takes', async () => {
      const store = await makeStore();
      const created = numbered(1100, (n) => nextJob(`job-${String(n).padStart(4, '0')}`));
      await Promise.all(created.map((job) => store.create(job)));
      await expect
        .poll(() => ids(allPages((cursor) => store.open(cursor))), { timeout: 10_000 })
        .toEqual(created.map((job) => job.uniqueId));
    });

    it('answers a ping', async () => {
      await expect((await makeStore()).ping()).resolves.toBeUndefined();
    });
  });
}

/** What people look at jobs by. */
function describeJobLists(name: string, makeStore: () => Promise<JobStore>): void {
  describe(`${name} as a list of jobs`, () => {
    it('lists recent jobs newest first, page by page, undisturbed by newer ones', async () => {
      const store = await makeStore();
      for (const id of ['a', 'b', 'c', 'd', 'e']) await store.create(nextJob(id));
      await expect.poll(async () => (await store.recent({ limit: 10 })).jobs.length).toBe(5);

      const first = await store.recent({ limit: 2 });
      expect(first.jobs.map(({ uniqueId }) => uniqueId)).toEqual(['e', 'd']);
      await store.create(nextJob('f'));
      const second = await store.recent({ limit: 2, cursor: cursorOf(first) });
      expect(second.jobs.map(({ uniqueId }) => uniqueId)).toEqual(['c', 'b']);
      const third = await store.recent({ limit: 2, cursor: cursorOf(second) });
      expect(third.jobs.map(({ uniqueId }) => uniqueId)).toEqual(['a']);
    });

    it('lists recent jobs of one state', async () => {
      const store = await makeStore();
      const jobs = ['a', 'b', 'c', 'd'].map((id) => nextJob(id));
      for (const job of jobs) await store.create(job);
      for (const job of jobs.filter(({ uniqueId }) => 'bd'.includes(uniqueId))) {
        await store.replace(changed(cancel(job, Date.now())), job.version);
      }
      const inState = async (state: 'PENDING' | 'CANCELLED' | 'ERROR', limit: number) => {
        const jobsInState = await allPages((cursor) =>
          store.recent({ state, limit, ...(cursor !== undefined && { cursor }) }),
        );
        return jobsInState.map(({ uniqueId }) => uniqueId);
      };
      await expect.poll(() => inState('PENDING', 1)).toEqual(['c', 'a']);
      await expect.poll(() => inState('CANCELLED', 10)).toEqual(['d', 'b']);
      expect(await inState('ERROR', 10)).toEqual([]);
    });

    it('refuses a cursor that it has not given', async () => {
      const store = await makeStore();
      for (const id of ['a', 'b', 'c']) await store.create(nextJob(id));
      await expect.poll(async () => (await store.recent({ limit: 10 })).jobs.length).toBe(3);
      const refusal = { code: 'BADINPUT' };
      for (const cursor of ['', 'nonsense', '-1', '{}', 'AAAA', '\0']) {
        await expect(store.recent({ limit: 1, cursor })).rejects.toMatchObject(refusal);
        await expect(store.open(cursor)).rejects.toMatchObject(refusal);
      }
      const ofAnotherList = cursorOf(await store.recent({ limit: 1 }));
      await expect(store.open(ofAnotherList)).rejects.toMatchObject(refusal);
    });

    it('wipes all jobs and tells how many there were', async () => {
      const store = await makeStore();
      await Promise.all(numbered(30, (n) => store.create(nextJob(`job-${n}`))));
      expect(await store.wipe()).toBe(30);
      expect(await store.get('job-0')).toBeUndefined();
      await expect.poll(async () => (await store.recent({ limit: 10 })).jobs).toEqual([]);
      expect(await store.wipe()).toBe(0);
    });
  });
}

function numbered<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

function changed(ruling: Ruling): EncodingJob {
  expect(ruling.allowed).toBe(true);
  return ruling.job;
}

function cursorOf(page: JobPage): string {
  if (page.cursor === undefined) throw new Error('the page gave no cursor');
  return page.cursor;
}

async function allPages(next: (cursor?: string) => Promise<JobPage>): Promise<EncodingJob[]> {
  const jobs: EncodingJob[] = [];
  let page = await next();
  jobs.push(...page.jobs);
  while (page.cursor !== undefined) {
    page = await next(page.cursor);
    jobs.push(...page.jobs);
  }
  return jobs;
}

async function ids(jobs: Promise<readonly EncodingJob[]>): Promise<string[]> {
  return (await jobs).map(({ uniqueId }) => uniqueId).toSorted();
}
