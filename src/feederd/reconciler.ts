import type { Clock } from '../core/clock.ts';
import { hasLiveLease, hasUploaded, isFinished, type EncodingJob } from '../core/job.ts';
import { expire } from '../core/job-rules/claim.ts';
import { retryPolicyOf } from '../core/job-rules/fail.ts';
import { abandon, bury } from '../core/job-rules/operate.ts';
import { jobsToSend } from '../core/job-rules/reconcile.ts';
import { markQueued } from '../core/job-rules/submit.ts';
import { refuse, type JobRule } from '../core/job-rules/ruling.ts';
import { isWorkingState } from '../core/job-states.ts';
import type { JobStateBackend } from '../core/job-state-backend.ts';
import { decodeJobMessage, encodeJobMessage } from '../core/messages.ts';
import type { JobQueue } from '../core/ports.ts';
import { isJobGone } from '../core/unreadable-job.ts';
import type { Logger } from '../daemon/logger.ts';
import type { JobCache } from './job-cache.ts';

export interface ReconcilerParts {
  readonly cache: JobCache;
  readonly backend: JobStateBackend;
  readonly newJobs: JobQueue;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: {
    readonly jobMaxAttempts: number;
    readonly jobRetryBackOffSeconds: number;
    readonly abandonAfterSeconds: number;
    readonly leaseSeconds: number;
  };
}

const TIMES = {
  unqueuedAfterMs: 5000,
  resendAfterMs: 10_000,
  resendAgainAfterMs: 120_000,
  resendAnywayAfterMs: 900_000,
};
/** So many jobs are dealt with at a time: thousands in one pass must not keep others waiting. */
const AT_A_TIME = 25;

/** Makes good what got lost between store and queue: dead nodes' jobs and lost messages. */
export class Reconciler {
  readonly #parts: ReconcilerParts;
  /** Of jobs that are worked on: the last sign of life, and since when (monotonic) it was seen here. */
  readonly #seen = new Map<string, { readonly sign: string; readonly since: number }>();
  readonly #sentAgainAt = new Map<string, number>();
  /** Since when (monotonic) no job has been worked on, as far as was seen here. */
  #quietSince: number;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
    this.#quietSince = parts.clock.monotonic();
  }

  async reconcile(): Promise<void> {
    const { cache, newJobs, clock, settings } = this.#parts;
    const policy = retryPolicyOf(settings);
    this.#see(cache.jobs());
    const dead = cache.jobs().filter((job) => this.#isDead(job));
    await forEach(this.#parts, dead, (job) =>
      this.#change(
        job,
        (stored, now) =>
          this.#isDead(stored) ? expire(stored, policy, now) : refuse(stored, 'leased'),
        'node lost',
      ),
    );

    // While there is nothing to do, the queue need not be asked either: with SQS that costs.
    if (cache.jobs().every(isFinished)) return;
    const depth = await newJobs.depth();
    const waiting = jobsToSend(cache.jobs(), depth, TIMES, clock.now(), this.#sentAgainAt);
    await forEach(this.#parts, waiting, (job) => this.#send(job));
  }

  /** Ends the jobs whose messages no node could deal with. */
  async buryDeadLetters(): Promise<void> {
    const { newJobs, cache, clock, logger } = this.#parts;
    for (const { body, receipt, receiveCount } of await newJobs.deadLetters()) {
      const uniqueId = decodeJobMessage(body);
      if (uniqueId === undefined) logger.warn('removed a dead letter about no job');
      else {
        await cache.refresh(uniqueId);
        const job = cache.get(uniqueId);
        const rule: JobRule = (stored, now) => bury(stored, receiveCount, now);
        // A job that is held loses nothing: without a message it is sent again.
        if (job !== undefined && rule(job, clock.now()).allowed) {
          await this.#change(job, rule, 'undeliverable');
        }
      }
      await newJobs.removeDeadLetter(receipt);
    }
  }

  /**
   * Ends the jobs that nobody will ever finish. Those that only wait for others, or that waited while all
   * was switched off, are none of these.
   */
  async abandonStaleJobs(): Promise<void> {
    const { cache, clock, settings } = this.#parts;
    const thresholdMs = settings.abandonAfterSeconds * 1000;
    if (clock.monotonic() - this.#quietSince < thresholdMs) return;
    const rule: JobRule = (job, now) => abandon(job, thresholdMs, now);
    // The rule decides on the stored job; asking it first about the cached one spares the store.
    const stale = cache.jobs().filter((job) => rule(job, clock.now()).allowed);
    await forEach(this.#parts, stale, (job) => this.#change(job, rule, 'abandoned'));
  }

  #see(jobs: readonly EncodingJob[]): void {
    const since = this.#parts.clock.monotonic();
    const open = new Map(jobs.map((job) => [job.uniqueId, job]));
    for (const job of jobs) {
      if (!isWorkingState(job.jobState)) continue;
      const sign = signOfLife(job);
      if (this.#seen.get(job.uniqueId)?.sign !== sign) {
        this.#seen.set(job.uniqueId, { sign, since });
        this.#quietSince = since;
      }
    }
    for (const id of this.#seen.keys()) {
      const state = open.get(id)?.jobState;
      if (state === undefined || !isWorkingState(state)) this.#seen.delete(id);
    }
    for (const id of this.#sentAgainAt.keys()) if (!open.has(id)) this.#sentAgainAt.delete(id);
  }

  /**
   * Whether its lease has run out, by the clock of its node and by ours: a machine whose clock is ahead
   * must not take the jobs of all the others for dead.
   */
  #isDead(job: EncodingJob): boolean {
    const { clock, settings } = this.#parts;
    const seen = this.#seen.get(job.uniqueId);
    return (
      isWorkingState(job.jobState) &&
      !hasLiveLease(job, clock.now()) &&
      seen?.sign === signOfLife(job) &&
      clock.monotonic() - seen.since >= settings.leaseSeconds * 1000
    );
  }

  async #send({ uniqueId, version, queued }: EncodingJob): Promise<void> {
    const { cache, backend, newJobs, clock, logger } = this.#parts;
    // It may have been queued or taken while others were sent.
    if (cache.get(uniqueId)?.version !== version) return;
    const sentAt = this.#sentAgainAt.get(uniqueId) ?? -Infinity;
    // One whose message was sent, and only not noted, needs no other.
    if (queued || clock.now() - sentAt >= TIMES.resendAgainAfterMs) {
      logger.info({ job_id: uniqueId }, 'sending the job to the queue (again)');
      await newJobs.send(encodeJobMessage(uniqueId));
      this.#sentAgainAt.set(uniqueId, clock.now());
    }
    if (!queued) await backend.change(uniqueId, markQueued);
    await cache.refresh(uniqueId);
  }

  async #change({ uniqueId }: EncodingJob, rule: JobRule, why: string): Promise<void> {
    const { backend, cache, logger, newJobs } = this.#parts;
    const ruling = await backend.change(uniqueId, rule);
    cache.update(ruling.job);
    if (!ruling.allowed) return;
    const { attempt, jobState } = ruling.job;
    logger.warn({ job_id: uniqueId, attempt, job_state: jobState }, why);
    // What its attempts left at the destination is a node's to remove: it has the rights to media.
    if (isFinished(ruling.job) && hasUploaded(ruling.job)) {
      await newJobs.send(encodeJobMessage(uniqueId));
    }
  }
}

/** What only the node that holds the job changes; others change its version, too. */
function signOfLife({ attempt, lease }: EncodingJob): string {
  return `${attempt} ${lease?.until}`;
}

/** Does `act` with each job; one that fails keeps no other from its turn. */
async function forEach(
  { cache, logger }: ReconcilerParts,
  jobs: readonly EncodingJob[],
  act: (job: EncodingJob) => Promise<void>,
): Promise<void> {
  const attempt = async (job: EncodingJob) => {
    try {
      await act(job);
    } catch (thrown: unknown) {
      logger.error(
        { err: thrown, job_id: job.uniqueId },
        'could not deal with a job; trying again',
      );
      if (isJobGone(thrown)) await cache.refresh(job.uniqueId);
    }
  };
  for (let index = 0; index < jobs.length; index += AT_A_TIME) {
    await Promise.all(jobs.slice(index, index + AT_A_TIME).map(attempt));
  }
}
