import { parentPort, workerData } from 'node:worker_threads';
import { addDangers, type Dangers } from './dangers.ts';
import { runSeed } from './run-seed.ts';
import type { SeedsRequest, SeedsResult } from './run-seeds.ts';

/** More would say no more. */
const MAX_FAILURES = 5;

// Errors are made by the million here, and nobody looks at where.
Error.stackTraceLimit = 0;

const { from, count } = workerData as SeedsRequest;
const failures: SeedsResult['failures'][number][] = [];
let [seeds, happenings, virtualMs] = [0, 0, 0];
let dangers: Dangers = {};
for (let seed = from; seed < from + count && failures.length < MAX_FAILURES; seed += 1) {
  const result = await runSeed(seed);
  seeds += 1;
  happenings += result.happenings;
  virtualMs += result.virtualMs;
  dangers = addDangers(dangers, result.dangers);
  if (result.violation !== undefined) failures.push({ seed, ...result.violation });
}
const result: SeedsResult = { seeds, happenings, virtualMs, dangers, failures };
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has none
parentPort?.postMessage(result);
