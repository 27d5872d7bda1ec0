import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { enumeratePairs, enumeratePoints, type PointRun } from './crash-points.ts';
import { catchMutant } from './mutants/catch-mutant.ts';
import { MUTANTS } from './mutants/all.ts';
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
  --points         a crash, a stop or a lost answer at every single call of a small run
  --pairs          every call overtaken by others, with a crash at every later one
`;

Error.stackTraceLimit = 0;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    mutant: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    points: { type: 'boolean', default: false },
    pairs: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const range = { from: Number(values.from), count: Number(values.seeds) };

if (values.help) console.log(USAGE);
else if (values.seed !== undefined) await tellSeed(Number(values.seed));
else if (values.mutants) await tellMutants();
else if (values.points) await tellPoints('points', enumeratePoints);
else if (values.pairs) await tellPoints('pairs', enumeratePairs);
else await tellSeeds();

async function tellSeed(seed: number): Promise<void> {
  const mutant = MUTANTS.find(({ name }) => name === values.mutant);
  const result = await runSeed(seed, { keepsTrace: values.trace, mutant });
  if (values.trace) console.log(result.lines.join('\n'));
  const { violation, hash, happenings, virtualMs } = result;
  const seconds = Math.round(virtualMs / 1000);
  console.log(`seed ${seed}: trace ${hash}, ${happenings} steps, ${seconds} virtual seconds`);
  if (violation === undefined) return console.log('everything held');
  console.log(`${violation.invariant}: ${violation.message}`);
  process.exitCode = 1;
}

async function tellSeeds(): Promise<void> {
  const startedAt = performance.now();
  const { seeds, happenings, virtualMs, failures, latePublishes } = await runSeeds(
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
      `${(seeds / seconds).toFixed(1)} seeds a second; ${failures.length} failed; ` +
      `${latePublishes} outputs published after a lease had run out unnoticed`,
  );
  if (failures.length > 0) process.exitCode = 1;
}

async function tellMutants(): Promise<void> {
  console.log('| mutant | 2012 | found by | seed | seeds needed | what it says |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  let survivors = 0;
  for (const mutant of MUTANTS) {
    const caught = await catchMutant(mutant, { from: range.from, most: range.count });
    if (caught.seed === undefined) survivors += 1;
    const { invariant, seed = '', seedsNeeded, message } = caught;
    const of2012 = mutant.of2012 === true ? 'yes' : '';
    const columns = [mutant.name, of2012, invariant, seed, seedsNeeded, message];
    console.log(`| ${columns.join(' | ')} |`);
  }
  console.log(`${MUTANTS.length} mutants, ${survivors} survived`);
  if (survivors > 0) process.exitCode = 1;
}

async function tellPoints(
  what: string,
  enumerate: (options: { maxNodes: number; feederds: number }) => AsyncGenerator<PointRun>,
): Promise<void> {
  let runs = 0;
  let failures = 0;
  for (const maxNodes of [1, 2]) {
    for await (const { where, result } of enumerate({ maxNodes, feederds: 1 })) {
      runs += 1;
      if (result.violation === undefined) continue;
      failures += 1;
      console.log(`${where}: ${result.violation.invariant}: ${result.violation.message}`);
    }
  }
  console.log(`${runs} ${what}, ${failures} failed`);
  if (failures > 0) process.exitCode = 1;
}
