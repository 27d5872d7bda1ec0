import type { Claim, EncodingJob, JobResult, Progress } from '../job.ts';
import type { NommerError } from '../errors.ts';
import type { WorkingState } from '../job-states.ts';
import { isClaimedBy } from './claim.ts';
import { failed, type RetryPolicy } from './fail.ts';
import { enterState } from './enter-state.ts';
import { withProgressNotification } from './notifications.ts';
import { change, refuse, type Ruling } from './ruling.ts';

/**
 * What the node that holds a job may do with it. Every rule here takes the node's claim and refuses
 * `claim-lost` when the job has gone to another attempt or has ended: such a node changes nothing.
 */

/** What a node knows of its running attempt and stores along with whatever it stores. */
export interface AttemptReport {
  readonly log: string;
  readonly translated: readonly string[];
}

/** Keeps the claim for another `leaseMs` and tells how far the work is. */
export function renew(
  job: EncodingJob,
  claimed: Claim,
  renewal: { leaseMs: number; progress: Progress | null; report: AttemptReport },
  now: number,
): Ruling {
  if (!isClaimedBy(job, claimed)) return refuse(job, 'claim-lost');
  const renewed: EncodingJob = {
    ...job,
    ...renewal.report,
    lease: { nodeId: claimed.nodeId, until: now + renewal.leaseMs },
    progress: renewal.progress,
  };
  return change(withProgressNotification(renewed, now), now, {});
}

export interface Step {
  readonly state: WorkingState;
  /** What there is now to be published. */
  readonly result?: JobResult;
}

/** Goes on to the next working state, keeping the claim. */
export function advance(
  job: EncodingJob,
  claimed: Claim,
  step: Step & { readonly leaseMs: number; readonly report: AttemptReport },
  now: number,
): Ruling {
  if (!isClaimedBy(job, claimed)) return refuse(job, 'claim-lost');
  if (job.jobState === step.state) return refuse(job, 'unchanged');
  return enterState(job, step.state, now, {
    ...step.report,
    lease: { nodeId: claimed.nodeId, until: now + step.leaseMs },
    ...(step.result && { made: { attempt: claimed.attempt, result: step.result } }),
  });
}

/** Gives the job back unfinished and at once, not as a failure: the node is leaving. */
export function handOver(job: EncodingJob, claimed: Claim, reason: string, now: number): Ruling {
  if (!isClaimedBy(job, claimed)) return refuse(job, 'claim-lost');
  if (job.cancelRequested) return confirmCancel(job, claimed, now);
  return enterState(job, 'PENDING', now, { lease: null, jobStateDetails: reason });
}

/** Ends the attempt with an error: another try later, or ERROR. */
export function fail(
  job: EncodingJob,
  claimed: Claim,
  failure: { error: NommerError; retryPolicy: RetryPolicy; report: AttemptReport },
  now: number,
): Ruling {
  if (!isClaimedBy(job, claimed)) return refuse(job, 'claim-lost');
  const { error, retryPolicy, report } = failure;
  return failed({ ...job, ...report }, error, { retryPolicy }, now);
}

/** The output is published: the job is done. */
export function finish(
  job: EncodingJob,
  claimed: Claim,
  done: { result: JobResult; report: AttemptReport },
  now: number,
): Ruling {
  if (!isClaimedBy(job, claimed)) return refuse(job, 'claim-lost');
  return enterState(job, 'FINISHED', now, {
    ...done.report,
    lease: null,
    cancelRequested: false,
    result: done.result,
    made: null,
  });
}

/** The node has stopped the work that somebody wanted cancelled. */
export function confirmCancel(job: EncodingJob, claimed: Claim, now: number): Ruling {
  if (!isClaimedBy(job, claimed)) return refuse(job, 'claim-lost');
  return enterState(job, 'CANCELLED', now, { lease: null, jobStateDetails: 'Cancelled' });
}
