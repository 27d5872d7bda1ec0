import { runInThread } from '../../test/simulation/run-in-thread.ts';
import { quantile } from '../figure.ts';
import { leastFleetSeconds } from './clairvoyant.ts';
import { BOOT_SECONDS } from './conditions.ts';
import { simulate, SLOTS, type Policy } from './simulate.ts';
import { TRACES, type TraceName } from './trace.ts';

/** What a policy made of one trace under each seed. */
export interface Comparison {
  readonly trace: TraceName;
  readonly policy: string;
  readonly about: string;
  readonly runs: readonly RunFigures[];
}

export interface RunFigures {
  readonly seed: number;
  readonly jobs: number;
  readonly launches: number;
  readonly fleetHours: number;
  /** By what the clairvoyant fleet costs. */
  readonly costRatio: number;
  readonly waitSeconds: { readonly p50: number; readonly p95: number; readonly most: number };
}

export const TRACE_NAMES = Object.keys(TRACES) as readonly TraceName[];

/** Runs every policy on every trace, under the seeds 1, 2, 3, …: a thread for each trace. */
export async function compareAll(seeds: number): Promise<readonly Comparison[]> {
  const worker = new URL('compare-worker.ts', import.meta.url);
  const ofTraces = TRACE_NAMES.map((trace) =>
    runInThread<readonly Comparison[]>(worker, { trace, seeds } satisfies Compared),
  );
  return (await Promise.all(ofTraces)).flat();
}

export interface Compared {
  readonly trace: TraceName;
  readonly seeds: number;
}

/** Runs the policies on one trace. */
export async function compare(
  policies: readonly Policy[],
  { trace, seeds }: Compared,
): Promise<readonly Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const policy of policies) {
    const runs: RunFigures[] = [];
    for (let seed = 1; seed <= seeds; seed += 1) runs.push(await runOnce(trace, policy, seed));
    comparisons.push({ trace, policy: policy.name, about: policy.about, runs });
  }
  return comparisons;
}

/** One trace under one policy and seed. */
export async function runOnce(trace: TraceName, policy: Policy, seed: number): Promise<RunFigures> {
  const arrivals = TRACES[trace](seed);
  const { fleetSeconds, launches, waitSeconds } = await simulate({ policy, arrivals, seed });
  const atOnce = arrivals.map(({ atMs, workMs }) => ({ fromMs: atMs, toMs: atMs + workMs }));
  const least = leastFleetSeconds(atOnce, { slots: SLOTS, bootSeconds: BOOT_SECONDS.usual });
  return {
    seed,
    jobs: arrivals.length,
    launches,
    fleetHours: rounded(fleetSeconds / 3600, 3),
    costRatio: rounded(fleetSeconds / least, 4),
    waitSeconds: {
      p50: rounded(quantile(waitSeconds, 0.5), 1),
      p95: rounded(quantile(waitSeconds, 0.95), 1),
      most: rounded(Math.max(...waitSeconds), 1),
    },
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
