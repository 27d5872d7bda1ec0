import { DatabaseSync } from 'node:sqlite';
import { openBullMq, type Anchor } from './anchors/open-bullmq.ts';
import { openGraphile } from './anchors/open-graphile.ts';
import { allInTurn, ratio, type Figure } from './figure.ts';
import { Submitter } from './harness/submitter.ts';
import { openNothing } from './modules/open-nothing.ts';
import { nothingJob } from './modules/nothing-job.ts';
import { ended, waitFor } from '../test/process/installation.ts';

const SLOTS = 8;
/** A list of a submit holds no more. */
const BATCH = 500;

/** How many jobs that do nothing go through in a second: all is already there when the worker starts. */
export const throughput: Figure = {
  id: 'P5',
  title: `no-op jobs through the whole protocol, one node × ${SLOTS} slots`,
  async measure({ quick }) {
    await using closing = new AsyncDisposableStack();
    const [bullmq, graphile] = [await openBullMq(), await openGraphile()];
    closing.defer(() => bullmq.close());
    closing.defer(() => graphile.close());
    const scene = await openNothing({ nodes: 0, slots: SLOTS });
    closing.defer(() => scene.close());
    const submitter = new Submitter(scene.url);
    closing.defer(() => submitter.close());

    const anchorRate = async (anchor: Anchor, count: number) => {
      const api = new Submitter(anchor.url);
      await api.post('/many', { count, work: {} });
      await api.close();
      const worker = await anchor.startWorker(SLOTS, count);
      const { ms } = await worker.next();
      await worker.close();
      return (1000 * count) / ms;
    };
    const rate = async (count: number) => {
      for (let left = count; left > 0; left -= BATCH) {
        await submitter.post('/jobs', Array(Math.min(left, BATCH)).fill(nothingJob()));
      }
      const node = scene.here.startNommerd();
      const ms = await timeOfLast(scene.here.path('data/media-nommer.sqlite'), count);
      node.kill('SIGTERM');
      await ended(node);
      return (1000 * count) / ms;
    };

    const { theirs, bull, ours } = await allInTurn(quick ? 1 : 4, {
      theirs: () => anchorRate(graphile, quick ? 100 : 3000),
      bull: () => anchorRate(bullmq, quick ? 100 : 10_000),
      ours: () => rate(quick ? 50 : 1000),
    });
    const anchor = { name: 'graphile-worker', samples: theirs };
    const mine = { name: 'media-nommer', samples: ours };
    return {
      unit: '/s',
      anchor,
      others: [{ name: 'BullMQ', samples: bull }],
      ours: mine,
      result: ratio(mine, anchor),
      reach: '≥ × 1',
      bound: { least: 1 },
    };
  },
};

/** Waits for the last jobs to be FINISHED. @returns milliseconds from the first claim of them */
async function timeOfLast(file: string, count: number): Promise<number> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const open = database.prepare('SELECT count(*) AS jobs FROM jobs WHERE open = 1');
    await waitFor('all jobs to end', () => Promise.resolve(open.get()?.['jobs'] === 0), 300);
    const bodies = database
      .prepare('SELECT body FROM jobs ORDER BY sequence DESC LIMIT ?')
      .all(count);
    const timings = bodies.map(({ body }) => {
      const job = JSON.parse(String(body)) as { timings: { state: string; at: number }[] };
      const at = (state: string) => job.timings.find((each) => each.state === state)?.at ?? 0;
      return { claimed: at('DOWNLOADING'), finished: at('FINISHED') };
    });
    if (timings.some(({ finished }) => finished === 0)) throw new Error('a job has failed');
    const first = Math.min(...timings.map(({ claimed }) => claimed));
    return Math.max(...timings.map(({ finished }) => finished)) - first;
  } finally {
    database.close();
  }
}
