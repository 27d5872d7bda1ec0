import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation } from './call-counter.ts';
import { withCountedInstallation } from './counted-installation.ts';

const SHORT_JOBS = 20;
const SHORT_JOB_SECONDS = 3;
/** So long after a job the last of what it causes has been asked, and then some. */
const SETTLE_MS = 10_000;

export interface JobsObservation extends Observation {
  readonly jobs: number;
  readonly jobSeconds: number;
}

export interface RequestsMeasured {
  /** feederd without any node. */
  readonly alone: Observation;
  /** feederd and one node that has nothing to do. */
  readonly idle: Observation;
  readonly long: JobsObservation;
  readonly short: JobsObservation;
}

/**
 * Counts requests in four installations side by side.
 * @param minutes of each idle observation, and of the long job
 */
export async function measureRequests(minutes: number): Promise<RequestsMeasured> {
  const failed = new AbortController();
  const wait = (ms: number) => sleep(ms, undefined, { signal: failed.signal });
  const measuring = [
    observeIdle({ minutes, withNode: false, wait }),
    observeIdle({ minutes, withNode: true, wait }),
    observeJobs({ jobs: 1, jobSeconds: minutes * 60, wait }),
    observeJobs({ jobs: SHORT_JOBS, jobSeconds: SHORT_JOB_SECONDS, wait }),
  ] as const;
  // When one fails the others stop waiting; each closes what it has started.
  const giveUp = (thrown: unknown) => failed.abort(thrown);
  await Promise.all(measuring.map((each) => each.catch(giveUp)));
  failed.signal.throwIfAborted();
  const [alone, idle, long, short] = await Promise.all(measuring);
  return { alone, idle, long, short };
}

type Wait = (ms: number) => Promise<void>;

interface IdleRun {
  readonly minutes: number;
  readonly withNode: boolean;
  readonly wait: Wait;
}

/** What idle daemons ask. */
export function observeIdle({ minutes, withNode, wait }: IdleRun) {
  return withCountedInstallation(async ({ counter, makeClip, runJob }): Promise<Observation> => {
    if (withNode) await runJob(await makeClip(1));
    await wait(SETTLE_MS);
    counter.restart();
    await wait(minutes * 60_000);
    return counter.observe();
  });
}

interface JobsRun {
  readonly jobs: number;
  readonly jobSeconds: number;
  readonly wait: Wait;
}

/** Jobs one after another, on a node that is there already. */
function observeJobs({ jobs, jobSeconds, wait }: JobsRun) {
  return withCountedInstallation(
    async ({ counter, makeClip, runJob }): Promise<JobsObservation> => {
      const clip = await makeClip(jobSeconds);
      await runJob(await makeClip(1));
      await wait(SETTLE_MS);
      counter.restart();
      for (let job = 0; job < jobs; job += 1) await runJob(clip);
      await wait(SETTLE_MS);
      return { ...counter.observe(), jobs, jobSeconds };
    },
  );
}
