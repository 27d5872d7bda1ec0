import { DatabaseSync } from 'node:sqlite';
import { openBullMq } from './anchors/open-bullmq.ts';
import { openGraphile } from './anchors/open-graphile.ts';
import { allInTurn, median, ratio, short, type Figure } from './figure.ts';
import { Submitter } from './harness/submitter.ts';
import { openNothing } from './modules/open-nothing.ts';
import { nothingJob } from './modules/nothing-job.ts';
import { ended } from '../test/process/installation.ts';

const CONNECTIONS = 50;

/** How many submits are accepted in a second, for good. */
export const submits: Figure = {
  id: 'P4',
  title: `accepted submits, ${CONNECTIONS} connections`,
  async measure({ quick }) {
    await using closing = new AsyncDisposableStack();
    const [bullmq, graphile] = [await openBullMq(), await openGraphile()];
    closing.defer(() => bullmq.close());
    closing.defer(() => graphile.close());
    const scene = await openNothing({ nodes: 0 });
    closing.defer(() => scene.close());

    const p99s: Record<string, number[]> = { bullmq: [], graphile: [], ours: [] };
    let accepted = 0;
    const loader = (name: string, url: string, job: unknown) => {
      const submitter = new Submitter(url, CONNECTIONS);
      closing.defer(() => submitter.close());
      return async () => {
        const load = await submitter.load(job, CONNECTIONS, quick ? 0.3 : 3);
        p99s[name]?.push(load.p99Ms);
        if (name === 'ours') accepted += load.accepted;
        return load.perSecond;
      };
    };
    const { ours, theirs, graphiles } = await allInTurn(quick ? 1 : 5, {
      theirs: loader('bullmq', bullmq.url, {}),
      graphiles: loader('graphile', graphile.url, {}),
      ours: loader('ours', scene.url, nothingJob()),
    });

    scene.here.feederd?.kill('SIGKILL');
    if (scene.here.feederd) await ended(scene.here.feederd);
    const lost = accepted - storedJobs(scene.here.path('data/media-nommer.sqlite'));

    const lostText = `of ${accepted} lost after kill -9: ${lost}`;
    const mine = { name: `media-nommer (${p99Of(p99s['ours'])}; ${lostText})`, samples: ours };
    const bull = { name: `BullMQ (${p99Of(p99s['bullmq'])})`, samples: theirs };
    const graph = { name: `graphile-worker (${p99Of(p99s['graphile'])})`, samples: graphiles };
    return [
      {
        unit: '/s',
        what: 'beside BullMQ, whose Redis may lose the last second',
        anchor: bull,
        ours: mine,
        result: ratio(mine, bull),
        reach: '≥ × 0.5',
        bound: { least: 0.5 },
      },
      {
        unit: '/s',
        what: 'beside graphile-worker',
        anchor: graph,
        ours: mine,
        result: ratio(mine, graph),
        reach: '≥ × 5',
        bound: { least: 5 },
      },
    ];
  },
};

function p99Of(samples: readonly number[] = []): string {
  return `p99 ${short(median(samples))} ms`;
}

function storedJobs(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return Number(database.prepare('SELECT count(*) AS jobs FROM jobs').get()?.['jobs']);
  } finally {
    database.close();
  }
}
