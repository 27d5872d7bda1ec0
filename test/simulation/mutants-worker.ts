import { parentPort, workerData } from 'node:worker_threads';
import { MUTANTS } from './mutants/all.ts';
import { catchMutant, type Catch, type CatchRequest } from './mutants/catch-mutant.ts';

Error.stackTraceLimit = 0;

const { names, ...range } = workerData as CatchRequest;
const catches: Catch[] = [];
for (const mutant of MUTANTS.filter(({ name }) => names.includes(name))) {
  catches.push(await catchMutant(mutant, range));
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has none
parentPort?.postMessage(catches);
