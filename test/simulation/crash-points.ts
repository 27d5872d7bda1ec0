import { isOpen } from '../../src/core/job.ts';
import type { Installation } from './installation.ts';
import { STOP_MS, type Fate } from './line.ts';
import { runSeed, type RunResult } from './run-seed.ts';
import { plainJob, plainScenario, type Scenario } from './scenario.ts';
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

/** Nothing that goes wrong by itself, and a second node, where there is one, from the start. */
function smallScenario({ nodes, jobs, feederds = 1, isShort = false }: EnumerateOptions): Scenario {
  const job = plainJob({ id: 'job-1', isShort });
  return plainScenario({
    feederds,
    jobs: jobs > 1 ? [job, { ...job, ...OTHER }] : [job],
    byHandAt: nodes > 1 ? 0 : undefined,
    maxNodes: nodes,
  });
}

const OTHER = { id: 'job-2', destination: 'job-2', submitAt: 200 };

/** A run of the small scenario in which something happens at some of its calls. */
export interface PointRun {
  readonly where: string;
  readonly result: RunResult;
}

export interface EnumerateOptions {
  readonly seed?: number;
  readonly nodes: 1 | 2;
  readonly jobs: 1 | 2;
  /** Default: 1. */
  readonly feederds?: 1 | 2;
  readonly isShort?: boolean;
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

/**
 * Runs the small scenario once for each pair of calls: the first arrives after all that anybody asks for in
 * the 150 ms after it, and whoever makes the second dies right after it. For one job and two nodes that is
 * every order in which one call can be overtaken, with every crash after it; not every order of all calls.
 */
export async function* enumeratePairs(options: EnumerateOptions): AsyncGenerator<PointRun> {
  for (let late = 1; ; late += 1) {
    let hasAny = false;
    for (let point = late + 1; ; point += 1) {
      const plan = new Map<number, Strike>([
        [late, 'late'],
        [point, 'crash after'],
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
  options: EnumerateOptions,
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
  const scenario = smallScenario(options);
  const result = await runSeed(options.seed ?? 1, { scenario, prepare });
  return struck.length < plan.size ? undefined : { where: struck.join(', then '), result };
}

function strikeAt(caller: SimProcess, strike: Strike, installation: Installation): Fate {
  const { world } = installation;
  // From here on, or from its going on, nothing goes wrong any more.
  installation.troubled(world.now);
  if (strike !== 'stop, clocks run on' && strike !== 'stop, clocks stand still') return strike;
  caller.pause(STOP_MS, strike === 'stop, clocks run on' ? 'run on' : 'stand still');
  installation.troubled(world.now + STOP_MS);
  world.after(STOP_MS + 1, () => {
    caller.behindMs = 0;
  });
  return 'fine';
}
