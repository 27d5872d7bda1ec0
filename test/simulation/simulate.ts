import { availableParallelism } from 'node:os';
import {
  enumeratePairs,
  enumeratePoints,
  type EnumerateOptions,
  type PointRun,
} from './crash-points.ts';
import { DANGERS } from './dangers.ts';
import { catchMutants } from './mutants/catch-mutant.ts';
import { MUTANTS } from './mutants/all.ts';
import type { Mutant } from './mutants/mutant.ts';
import { readOptions, type SimulateOptions } from './read-options.ts';
import { runSeed } from './run-seed.ts';
import { runSeeds } from './run-seeds.ts';

const USAGE = `Usage: npm run simulate -- [options]

Runs feederds and nodes on a virtual clock, with faults, and checks the invariants of the job protocol.

  --seeds N        so many runs (default: 1000)
  --from K         beginning with this seed (default: 1)
  --seed X         this one only
  --trace          with --seed: tell what happens
  --mutant NAME    with --seed: with this bug planted
  --mutants        plant one bug after the other, and say how each is found
  --points         a crash, a stop or a lost answer at every single call of three small runs
  --pairs          one job and two nodes: every call overtaken by others, a crash at every later one
`;

Error.stackTraceLimit = 0;

const { help, range, seed: one, trace, mutant: bug, instead } = optionsOrExit();
/** All scopes: who is there, and how many jobs there are. */
const SCOPES = [
  { nodes: 1, jobs: 1 },
  { nodes: 2, jobs: 1 },
  { nodes: 2, jobs: 2 },
] as const satisfies readonly EnumerateOptions[];

if (help) console.log(USAGE);
else if (bug !== undefined && one === undefined) {
  mutantCalled(bug);
  console.error('--mutant goes with --seed; --mutants plants one after the other.');
  process.exitCode = 2;
} else if (one !== undefined) await tellSeed(one);
else if (instead === 'mutants') await tellMutants();
else if (instead === 'points') await tellPoints('points', SCOPES, enumeratePoints);
else if (instead === 'pairs') await tellPoints('pairs', SCOPES.slice(1, 2), enumeratePairs);
else await tellSeeds();

function optionsOrExit(): SimulateOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (thrown: unknown) {
    console.error(`${thrown instanceof Error ? thrown.message : String(thrown)}\n\n${USAGE}`);
    return process.exit(2);
  }
}

async function tellSeed(seed: number): Promise<void> {
  const mutant = bug === undefined ? undefined : mutantCalled(bug);
  const result = await runSeed(seed, {
    keepsTrace: trace,
    mutant,
    invariant: mutant?.expects,
    ...(mutant?.scenario && { scenario: mutant.scenario() }),
  });
  if (trace) console.log(result.lines.join('\n'));
  const { violation, hash, happenings, virtualMs } = result;
  const seconds = Math.round(virtualMs / 1000);
  console.log(`seed ${seed}: trace ${hash}, ${happenings} steps, ${seconds} virtual seconds`);
  if (violation === undefined) return console.log('everything held');
  console.log(`${violation.invariant}: ${violation.message}`);
  process.exitCode = 1;
}

async function tellSeeds(): Promise<void> {
  const startedAt = performance.now();
  const { seeds, happenings, virtualMs, failures, dangers } = await runSeeds(
    range,
    availableParallelism(),
  );
  for (const { seed, invariant, message } of failures) {
    console.log(`seed ${seed}: ${invariant}: ${message}`);
    console.log(`  npm run simulate -- --seed ${seed} --trace`);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const hours = Math.round(virtualMs / 3_600_000);
  console.log(
    `${seeds} seeds, ${happenings} steps, ${hours} virtual hours in ${seconds.toFixed(1)} s: ` +
      `${(seeds / seconds).toFixed(1)} seeds a second; ${failures.length} failed`,
  );
  for (const danger of DANGERS)
    console.log(`${String(dangers[danger] ?? 0).padStart(8)}  ${danger}`);
  if (failures.length > 0) process.exitCode = 1;
}

async function tellMutants(): Promise<void> {
  console.log('| mutant | 2012 | found by | seed | seeds needed | what it says |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  const { from, count: most } = range;
  const catches = await catchMutants({ from, most }, availableParallelism());
  for (const { name, of2012, expects, seed = 'none', seedsNeeded, message } of catches) {
    const columns = [name, of2012 ? 'yes' : '', expects, seed, seedsNeeded, message];
    console.log(`| ${columns.join(' | ')} |`);
  }
  const survivors = catches.filter(({ seed }) => seed === undefined).length;
  console.log(`${catches.length} mutants, ${survivors} survived`);
  if (survivors > 0) process.exitCode = 1;
}

function mutantCalled(wanted: string): Mutant {
  const mutant = MUTANTS.find((each) => each.name === wanted);
  if (mutant !== undefined) return mutant;
  const names = MUTANTS.map((each) => `  ${each.name}`).join('\n');
  console.error(`There is no mutant called "${wanted}". There are:\n${names}`);
  process.exit(2);
}

async function tellPoints(
  what: string,
  scopes: readonly EnumerateOptions[],
  enumerate: (options: EnumerateOptions) => AsyncGenerator<PointRun>,
): Promise<void> {
  let failures = 0;
  for (const scope of scopes) {
    const startedAt = performance.now();
    let runs = 0;
    for await (const { where, result } of enumerate(scope)) {
      runs += 1;
      if (result.violation === undefined) continue;
      failures += 1;
      console.log(`${where}: ${result.violation.invariant}: ${result.violation.message}`);
    }
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`nodes: ${scope.nodes}, jobs: ${scope.jobs}: ${runs} ${what} in ${seconds} s`);
  }
  console.log(`${failures} failed`);
  if (failures > 0) process.exitCode = 1;
}
