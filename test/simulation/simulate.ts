import { parseArgs } from 'node:util';
import { catchMutant } from './mutants/catch-mutant.ts';
import { MUTANTS } from './mutants/all.ts';
import { runSeed } from './run-seed.ts';

// Errors are made by the million here, and nobody looks at where.
Error.stackTraceLimit = 0;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string' },
  },
});
const from = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const planted = MUTANTS.find(({ name }) => name === values.mutant);

if (values.mutants) {
  for (const mutant of MUTANTS) {
    const { invariant, seedsNeeded, message } = await catchMutant(mutant, { from, most: count });
    console.log(`${mutant.name} | ${invariant} | ${seedsNeeded} | ${message}`);
  }
} else {
  const startedAt = process.cpuUsage();
  let failures = 0;
  let late = 0;
  for (let seed = from; seed < from + count && failures < 5; seed += 1) {
    const result = await runSeed(seed, { keepsTrace: values.trace, mutant: planted });
    if (values.trace) console.log(result.lines.join('\n'));
    late += result.latePublishes;
    if (result.violation === undefined) continue;
    failures += 1;
    console.log(`seed ${seed}: ${result.violation.invariant}: ${result.violation.message}`);
  }
  const seconds = process.cpuUsage(startedAt).user / 1e6;
  console.log(
    `${count} seeds, ${(count / seconds).toFixed(1)} a CPU second; late publishes ${late}`,
  );
}
