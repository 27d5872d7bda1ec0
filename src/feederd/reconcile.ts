import type { Clock } from '../core/clock.ts';
import { hasLiveLease, type EncodingJob } from '../core/job.ts';
import { expire } from '../core/job-rules/claim.ts';
import { retryPolicyOf } from '../core/job-rules/fail.ts';
import { abandon } from '../core/job-rules/operate.ts';
import { jobsToSend } from '../core/job-rules/reconcile.ts';
import type { Ruling } from '../core/job-rules/ruling.ts';
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

/** A queued job that nobody took for so long, while the queue is short of messages, is sent again. */
const RESEND_AFTER_MS = 10_000;

/** Makes good what got lost between store and queue: dead nodes' jobs and lost messages. */
export async function reconcile(parts: ReconcileParts): Promise<void> {
  const { cache, backend, newJobs, clock, logger, settings } = parts;
  const policy = retryPolicyOf(settings);
  const dead = cache.jobs().filter((job) => hasDeadNode(job, clock.now()));
  for (const job of dead) {
    await changeEach(parts, job, (stored, now) => expire(stored, policy, now), 'node lost');
  }

  const waiting = jobsToSend(
    cache.jobs(),
    await newJobs.depth(),
    { resendAfterMs: RESEND_AFTER_MS },
    clock.now(),
  );
  for (const { uniqueId } of waiting) {
    logger.info({ job: uniqueId }, 'sending the job to the queue (again)');
    await backend.enqueue(uniqueId);
    await cache.refresh(uniqueId);
  }
}

/** Ends the jobs that nobody will ever finish. */
export async function abandonStaleJobs(parts: ReconcileParts): Promise<void> {
  const { cache, clock, settings } = parts;
  const thresholdMs = settings.abandonAfterSeconds * 1000;
  for (const job of cache.jobs()) {
    // The rule decides on the stored job; asking it first about the cached one spares the store.
    if (!abandon(job, thresholdMs, clock.now()).allowed) continue;
    await changeEach(parts, job, (stored, now) => abandon(stored, thresholdMs, now), 'abandoned');
  }
}

function hasDeadNode(job: EncodingJob, now: number): boolean {
  return isWorkingState(job.jobState) && !hasLiveLease(job, now);
}

async function changeEach(
  { backend, cache, logger }: ReconcileParts,
  { uniqueId }: EncodingJob,
  rule: (job: EncodingJob, now: number) => Ruling,
  why: string,
): Promise<void> {
  const ruling = await backend.change(uniqueId, rule);
  cache.update(ruling.job);
  if (ruling.allowed) logger.warn({ job: uniqueId, state: ruling.job.jobState }, why);
}
