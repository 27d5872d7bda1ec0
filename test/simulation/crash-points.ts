import { isOpen } from '../../src/core/job.ts';
import type { Installation } from './installation.ts';
import type { Fate } from './line.ts';
import type { Mutant } from './mutants/mutant.ts';
import { runSeed, type RunResult } from './run-seed.ts';
import type { JobPlan, Scenario } from './scenario.ts';
import type { SimProcess } from './world/sim-process.ts';

/** What is made to happen at one call of a run, exactly there. */
export const STRIKES = [
  'crash before',
  'crash after',
  'answer lost',
  'lost',
  'late',
  'stop, clocks run on',
  'stop, clocks stand still',
] as const;

export type Strike = (typeof STRIKES)[number];

/** Longer than a lease, and than it takes others to begin anew. */
const STOP_MS = 75_000;

/** One job, and nothing that goes wrong by itself. */
function smallScenario(slots: {
  maxNodes: number;
  feederds: number;
  luck: JobPlan['luck'];
  isShort: boolean;
}): Scenario {
  const job: JobPlan = {
    id: 'job-1',
    submitAt: 100,
    submits: 1,
    encodeMs: 9000,
    luck: slots.luck,
    isShort: slots.isShort,
    crashes: 1,
    notify: 'url',
    cancelAt: undefined,
    retryAt: undefined,
  };
  return {
    feederds: slots.feederds,
    maxNodes: slots.maxNodes,
    slotsPerNode: 1,
    scalingPolicy: 'overflow',
    abandonAfterSeconds: 3600,
    jobs: slots.maxNodes > 1 ? [job, { ...job, id: 'job-2', submitAt: 200 }] : [job],
    calmAt: 1000,
    maxSkewMs: 0,
    harshness: 0,
  };
}

/** A run of the small scenario in which something happens at some of its calls. */
export interface PointRun {
  readonly where: string;
  readonly result: RunResult;
}

export interface EnumerateOptions {
  readonly seed?: number;
  readonly isShort?: boolean;
  readonly maxNodes: number;
  readonly feederds: number;
  readonly luck?: JobPlan['luck'];
  readonly mutant?: Mutant | undefined;
}

/**
 * Runs the small scenario once for each call that any process makes for the job, with the strike exactly
 * there: not a sample of the crash points but all of them.
 */
export async function* enumeratePoints(
  options: EnumerateOptions,
  strikes: readonly Strike[] = STRIKES,
): AsyncGenerator<PointRun> {
  for (const strike of strikes) {
    for (let point = 1; ; point += 1) {
      const run = await runStruck(options, new Map([[point, strike]]));
      if (run === undefined) break;
      yield run;
    }
  }
}

/** The same for each pair: one call is overtaken by others, and one process dies at another call. */
export async function* enumeratePairs(
  options: EnumerateOptions,
  second: Strike = 'crash after',
): AsyncGenerator<PointRun> {
  for (let late = 1; ; late += 1) {
    let hasAny = false;
    for (let point = late + 1; ; point += 1) {
      const plan = new Map<number, Strike>([
        [late, 'late'],
        [point, second],
      ]);
      const run = await runStruck(options, plan);
      if (run === undefined) break;
      hasAny = true;
      yield run;
    }
    if (!hasAny) return;
  }
}

/** @returns undefined when the run has fewer calls */
async function runStruck(
  { seed = 1, isShort = false, luck = 'good', mutant, maxNodes, feederds }: EnumerateOptions,
  plan: ReadonlyMap<number, Strike>,
): Promise<PointRun | undefined> {
  let calls = 0;
  const struck: string[] = [];
  const prepare = (installation: Installation) => {
    const { line, store } = installation;
    line.decide = (caller, what): Fate => {
      const jobs = store.all();
      const hasBegun = jobs.length > 0 || what.startsWith('create');
      const needsNothing = jobs.length > 0 && jobs.every((job) => !isOpen(job));
      if (!hasBegun || needsNothing) return 'fine';
      calls += 1;
      const strike = plan.get(calls);
      if (strike === undefined) return 'fine';
      struck.push(`${strike} at ${what} by ${caller.name} (call ${calls})`);
      return strikeAt(caller, strike, installation);
    };
  };
  const scenario = smallScenario({ maxNodes, feederds, luck, isShort });
  const result = await runSeed(seed, { scenario, mutant, prepare });
  return struck.length < plan.size ? undefined : { where: struck.join(', then '), result };
}

function strikeAt(caller: SimProcess, strike: Strike, installation: Installation): Fate {
  const { world } = installation;
  // From here on, or from its going on, nothing goes wrong any more.
  installation.calmSince = world.now;
  if (strike !== 'stop, clocks run on' && strike !== 'stop, clocks stand still') return strike;
  caller.pause(STOP_MS, strike === 'stop, clocks run on' ? 'run on' : 'stand still');
  installation.calmSince = world.now + STOP_MS;
  world.after(STOP_MS + 1, () => {
    caller.behindMs = 0;
  });
  return 'fine';
}
