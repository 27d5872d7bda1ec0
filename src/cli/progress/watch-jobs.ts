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

/** So many have a connection each; more share one, over which all jobs' changes come. */
const MAX_CONNECTIONS = 8;
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
  const open = () =>
    [...latest.values()].flatMap(({ unique_id: id, job_state: state }) =>
      isFinishedState(state) ? [] : [id],
    );
  const follow = async (which: () => string | readonly string[]) => {
    while (!signal.aborted) {
      try {
        for await (const change of client.watch(which(), { signal })) show(change.job);
        return;
      } catch (thrown: unknown) {
        if (signal.aborted) return;
        if (!(thrown instanceof NommerError && thrown.retryable)) {
          display.complain(explainError(thrown, url));
          return;
        }
        // The client resumes what it has begun. The jobs are known to exist, so to begin may take as long.
        await sleep(RETRY_MS, signal);
      }
    }
  };

  try {
    for (const job of latest.values()) display.update(job);
    const ids = open();
    if (ids.length > MAX_CONNECTIONS) await follow(open);
    else await Promise.all(ids.map((id) => follow(() => id)));
  } finally {
    display.end();
  }
  return jobs.map((job) => latest.get(job.unique_id) ?? job);
}

/** Resolves after `milliseconds`, or at once when `signal` aborts. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
}
