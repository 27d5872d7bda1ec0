import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBullMq, type Anchor } from './anchors/open-bullmq.ts';
import { openGraphile } from './anchors/open-graphile.ts';
import { openPrototype } from './anchors/open-prototype.ts';
import { readStarts, sharedNowMs } from './anchors/note-start.ts';
import { quantile, short, type Figure, type Measurement, type Series } from './figure.ts';
import { Submitter } from './harness/submitter.ts';
import { openNothing, type NothingScene } from './modules/open-nothing.ts';
import { nothingJob } from './modules/nothing-job.ts';

/** Between two jobs all are at rest again. */
const REST_MS = 40;
const LOOK_MS = 2;
const GIVE_UP_MS = 30_000;

interface Dispatched {
  readonly name: string;
  readonly url: string;
  /** @param note the file in which the worker notes that it begins */
  readonly job: (note: string) => unknown;
}

/** How soon a warm worker starts on a submitted job. */
export const dispatch: Figure = {
  id: 'P3',
  title: 'submit sent → work started on a warm node',
  async measure({ quick }) {
    const rounds = quick ? 3 : 100;
    return [...(await measureLocal(rounds)), ...(await measureAws(rounds))];
  },
};

async function measureLocal(rounds: number): Promise<readonly Measurement[]> {
  await using closing = new AsyncDisposableStack();
  const [bullmq, graphile] = [await openBullMq(), await openGraphile()];
  for (const anchor of [bullmq, graphile]) {
    closing.defer(() => anchor.close());
    const worker = await anchor.startWorker(2);
    closing.defer(() => worker.close());
  }
  const here = await openNothing();
  closing.defer(() => here.close());
  const [theirs, graphiles, ours] = await measureInTurn(
    [anchorOf(bullmq), anchorOf(graphile), sceneOf(here)],
    rounds,
  );
  return compare('local', ours, theirs, [graphiles], { p50: 1.5, p99: 2 });
}

async function measureAws(rounds: number): Promise<readonly Measurement[]> {
  await using closing = new AsyncDisposableStack();
  const here = await openNothing({ aws: true });
  closing.defer(() => here.close());
  const prototype = await openPrototype();
  closing.defer(() => prototype.close());
  const [theirs, ours] = await measureInTurn([anchorOf(prototype), sceneOf(here)], rounds);
  return compare('aws adapters', ours, theirs, [], { p50: 1.3, p99: 1.3 });
}

function anchorOf({ name, url }: Pick<Anchor, 'name' | 'url'>): Dispatched {
  return { name, url, job: (note) => ({ note }) };
}

function sceneOf({ url }: NothingScene): Dispatched {
  return { name: 'media-nommer', url, job: (note) => nothingJob({ note }) };
}

async function measureInTurn<const All extends readonly Dispatched[]>(
  all: All,
  rounds: number,
): Promise<{ readonly [Index in keyof All]: Series }> {
  const series = all.map(({ name }) => ({ name, samples: [] as number[] }));
  const submitters = all.map(({ url }) => new Submitter(url));
  const note = join(tmpdir(), `media-nommer-starts-${process.pid}`);
  try {
    // The first three warm up.
    for (let round = -3; round < rounds; round += 1) {
      for (const [index, { job }] of all.entries()) {
        const sentAt = sharedNowMs();
        await submitters[index]?.submit(job(note));
        const startedAt = await firstStart(note);
        if (round >= 0) series[index]?.samples.push(startedAt - sentAt);
        await rm(note);
        await sleep(REST_MS);
      }
    }
  } finally {
    await Promise.all(submitters.map((submitter) => submitter.close()));
  }
  return series as unknown as { readonly [Index in keyof All]: Series };
}

async function firstStart(note: string): Promise<number> {
  for (let waited = 0; waited < GIVE_UP_MS; waited += LOOK_MS) {
    const [startedAt] = readStarts(note);
    if (startedAt !== undefined) return startedAt;
    await sleep(LOOK_MS);
  }
  throw new Error('nobody has started on the job');
}

function compare(
  where: string,
  ours: Series,
  anchor: Series,
  others: readonly Series[],
  most: { readonly p50: number; readonly p99: number },
): readonly Measurement[] {
  return (['p50', 'p99'] as const).map((name) => {
    const share = name === 'p50' ? 0.5 : 0.99;
    const at = ({ samples }: Series) => quantile(samples, share);
    const value = at(ours) / at(anchor);
    const figures = [anchor, ...others, ours].map((each) => `${each.name} ${short(at(each))} ms`);
    return {
      unit: 'ms',
      what: `${where}, ${name}`,
      anchor,
      others,
      ours,
      result: { text: `× ${short(value)} (${figures.join(', ')})`, value },
      reach: `≤ ${anchor.name}’s × ${most[name]}`,
      bound: { most: most[name] },
    };
  });
}
