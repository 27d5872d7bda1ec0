import type { Clock } from '../core/clock.ts';
import { NommerError } from '../core/errors.ts';
import { hasLiveLease, type EncodingJob } from '../core/job.ts';
import { expire } from '../core/job-rules/claim.ts';
import { retryPolicyOf } from '../core/job-rules/fail.ts';
import { abandon } from '../core/job-rules/operate.ts';
import { jobsToSend } from '../core/job-rules/reconcile.ts';
import type { JobRule } from '../core/job-rules/ruling.ts';
import { isWorkingState } from '../core/job-states.ts';
import type { JobStateBackend } from '../core/job-state-backend.ts';
import type { JobQueue } from '../core/ports.ts';
import type { Logger } from '../daemon/logger.ts';
import type { JobCache } from './job-cache.ts';

export interface ReconcileParts {
  readonly cache: JobCache;
  readonly backend: JobStateBackend;
  readonly newJobs: JobQueue;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: {
    readonly jobMaxAttempts: number;
    readonly jobRetryBackOffSeconds: number;
    readonly abandonAfterSeconds: number;
  };
}

const TIMES = { unqueuedAfterMs: 5000, resendAfterMs: 10_000 };
/** So many jobs are dealt with at a time: thousands in one pass must not keep others waiting. */
const AT_A_TIME = 25;

/** Makes good what got lost between store and queue: dead nodes' jobs and lost messages. */
export async function reconcile(parts: ReconcileParts): Promise<void> {
  const { cache, backend, newJobs, clock, logger, settings } = parts;
  const policy = retryPolicyOf(settings);
  const dead = cache.jobs().filter((job) => hasDeadNode(job, clock.now()));
  await forEach(parts, dead, (job) =>
    change(parts, job, (stored, now) => expire(stored, policy, now), 'node lost'),
  );

  const depth = await newJobs.depth();
  const waiting = jobsToSend(cache.jobs(), depth, TIMES, clock.now());
  await forEach(parts, waiting, async (job) => {
    // It may have been queued or taken while others were sent.
    if (cache.get(job.uniqueId)?.version !== job.version) return;
    logger.info({ job: job.uniqueId }, 'sending the job to the queue (again)');
    await backend.enqueue(job.uniqueId);
    await cache.refresh(job.uniqueId);
  });
}

/** Ends the jobs that nobody will ever finish. */
export async function abandonStaleJobs(parts: ReconcileParts): Promise<void> {
  const { cache, clock, settings } = parts;
  const rule: JobRule = (job, now) => abandon(job, settings.abandonAfterSeconds * 1000, now);
  // The rule decides on the stored job; asking it first about the cached one spares the store.
  const stale = cache.jobs().filter((job) => rule(job, clock.now()).allowed);
  await forEach(parts, stale, (job) => change(parts, job, rule, 'abandoned'));
}

function hasDeadNode(job: EncodingJob, now: number): boolean {
  return isWorkingState(job.jobState) && !hasLiveLease(job, now);
}

async function change(
  { backend, cache, logger }: ReconcileParts,
  { uniqueId }: EncodingJob,
  rule: JobRule,
  why: string,
): Promise<void> {
  const ruling = await backend.change(uniqueId, rule);
  cache.update(ruling.job);
  if (ruling.allowed) logger.warn({ job: uniqueId, state: ruling.job.jobState }, why);
}

/** Does `act` with each job; one that fails keeps no other from its turn. */
async function forEach(
  { cache, logger }: ReconcileParts,
  jobs: readonly EncodingJob[],
  act: (job: EncodingJob) => Promise<void>,
): Promise<void> {
  const attempt = async (job: EncodingJob) => {
    try {
      await act(job);
    } catch (thrown: unknown) {
      logger.error({ err: thrown, job: job.uniqueId }, 'could not deal with a job; trying again');
      const isGone = thrown instanceof NommerError && thrown.code === 'UNKNOWN_JOB';
      if (isGone) await cache.refresh(job.uniqueId);
    }
  };
  for (let index = 0; index < jobs.length; index += AT_A_TIME) {
    await Promise.all(jobs.slice(index, index + AT_A_TIME).map(attempt));
  }
}
