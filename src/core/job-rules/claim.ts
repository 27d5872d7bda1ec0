import { hasLiveLease, isFinished, type Claim, type EncodingJob } from '../job.ts';
import { NommerError } from '../errors.ts';
import { failed, type RetryPolicy } from './fail.ts';
import { enterState } from './enter-state.ts';
import { refuse, type Ruling } from './ruling.ts';

export interface ClaimRequest {
  readonly nodeId: string;
  readonly leaseMs: number;
  readonly retryPolicy: RetryPolicy;
}

/**
 * A node takes the job: allowed from PENDING, or from a working state whose lease has run out. In the
 * latter case the lost attempt is counted first, and the job may thereby end or have to wait: look at
 * `isClaimedBy` before you work on what this returns.
 */
export function claim(job: EncodingJob, request: ClaimRequest, now: number): Ruling {
  if (isFinished(job)) return refuse(job, 'finished');
  if (hasLiveLease(job, now)) return refuse(job, 'leased');
  if (job.jobState !== 'PENDING') {
    const expired = expire(job, request.retryPolicy, now);
    if (!expired.allowed || isFinished(expired.job) || isWaiting(expired.job, now)) return expired;
    return take(expired.job, request, now);
  }
  if (isWaiting(job, now)) return refuse(job, 'not-due');
  return take(job, request, now);
}

/** Ends an attempt whose node has not renewed its lease: the node is dead or cut off. */
export function expire(job: EncodingJob, retryPolicy: RetryPolicy, now: number): Ruling {
  if (isFinished(job)) return refuse(job, 'finished');
  if (job.jobState === 'PENDING') return refuse(job, 'unchanged');
  if (hasLiveLease(job, now)) return refuse(job, 'leased');
  const nodeId = job.lease?.nodeId ?? 'unknown';
  const lost = new NommerError(
    'NODE_LOST',
    `Node ${nodeId} stopped renewing its lease in attempt ${job.attempt}, state ${job.jobState}`,
  );
  return failed(job, lost, { retryPolicy, immediate: true }, now);
}

/** Whether the job is now this node's, by this very claim. */
export function isClaimedBy(job: EncodingJob, claimed: Claim): boolean {
  return (
    !isFinished(job) &&
    job.attempt === claimed.attempt &&
    job.lease !== null &&
    job.lease.nodeId === claimed.nodeId
  );
}

function isWaiting(job: EncodingJob, now: number): boolean {
  return job.notBefore !== null && job.notBefore > now;
}

function take(job: EncodingJob, { nodeId, leaseMs }: ClaimRequest, now: number): Ruling {
  return enterState(job, 'DOWNLOADING', now, {
    attempt: job.attempt + 1,
    lease: { nodeId, until: now + leaseMs },
    // Whoever claims was told by a message, so the queue has taken the job even if nobody noted it.
    queued: true,
    log: '',
    translated: [],
  });
}
