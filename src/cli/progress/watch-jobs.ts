import { setTimeout } from 'node:timers/promises';
import type { Client } from '../../client/client.ts';
import { NommerError } from '../../core/errors.ts';
import { isFinishedState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';
import { explainError } from '../explain-error.ts';
import type { Output } from '../output.ts';
import { BarDisplay } from './bar-display.ts';
import { labelJobs } from './label-jobs.ts';
import { PlainDisplay } from './plain-display.ts';
import type { ProgressDisplay } from './progress-display.ts';

export interface WatchParts {
  readonly client: Client;
  readonly output: Output;
  readonly url: string;
  /** Ends the watching; the jobs go on. */
  readonly signal: AbortSignal;
}

/** Connections held at a time. Nodes take the oldest jobs first, so the first ones are the busy ones. */
const WATCHED_AT_A_TIME = 24;
const RETRY_MS = 1000;

/**
 * Shows how far `jobs` are until all have ended or `signal` aborts.
 * @returns the jobs as they were last seen, in the same order
 */
export async function watchJobs(
  jobs: readonly WireJob[],
  { client, output, url, signal }: WatchParts,
): Promise<readonly WireJob[]> {
  const latest = new Map(jobs.map((job) => [job.unique_id, job]));
  const labels = labelJobs([...latest.values()]);
  const display: ProgressDisplay = output.isTerminal
    ? new BarDisplay(output, labels)
    : new PlainDisplay(output, labels);
  const show = (job: WireJob) => {
    latest.set(job.unique_id, job);
    display.update(job);
  };
  const watchOne = async (job: WireJob) => {
    show(job);
    if (isFinishedState(job.job_state)) return;
    while (!signal.aborted) {
      try {
        for await (const change of client.watch(job.unique_id, { signal })) show(change.job);
        return;
      } catch (thrown: unknown) {
        if (signal.aborted) return;
        if (!(thrown instanceof NommerError && thrown.retryable)) {
          display.complain(explainError(thrown, url));
          return;
        }
        // The client resumes what it has begun. The job is known to exist, so to begin may take as long.
        await sleep(RETRY_MS, signal);
      }
    }
  };

  const queue = latest.values().toArray().values();
  const worker = async () => {
    for (const job of queue) {
      if (signal.aborted) return;
      await watchOne(job);
    }
  };
  try {
    await Promise.all(Array.from({ length: WATCHED_AT_A_TIME }, worker));
  } finally {
    display.end();
  }
  return jobs.map((job) => latest.get(job.unique_id) ?? job);
}

/** Resolves after `milliseconds`, or at once when `signal` aborts. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
}
