import { hasLiveLease, isFinished, type EncodingJob } from '../job.ts';
import { enterState } from './enter-state.ts';
import { change, refuse, type Ruling } from './ruling.ts';

/** Ends a job on somebody's wish: at once when no node has it, else through that node. */
export function cancel(job: EncodingJob, now: number): Ruling {
  if (isFinished(job)) return refuse(job, 'finished');
  if (hasLiveLease(job, now)) {
    return job.cancelRequested
      ? refuse(job, 'unchanged')
      : change(job, now, { cancelRequested: true });
  }
  return enterState(job, 'CANCELLED', now, { lease: null, jobStateDetails: 'Cancelled' });
}

/** Ends a job that nobody holds and nothing has changed for `thresholdMs`. */
export function abandon(job: EncodingJob, thresholdMs: number, now: number): Ruling {
  if (isFinished(job)) return refuse(job, 'finished');
  if (hasLiveLease(job, now)) return refuse(job, 'leased');
  if (now - job.modifiedAt < thresholdMs) return refuse(job, 'not-due');
  const hours = Math.round((now - job.modifiedAt) / 360_000) / 10;
  return enterState(job, 'ABANDONED', now, {
    lease: null,
    errorCode: 'ABANDONED',
    jobStateDetails: `Nobody worked on the job for ${hours} hours`,
  });
}

/**
 * Ends a job whose message was received too often to be dealt with: whoever receives it dies before the
 * attempt is even noted. A job that somebody holds goes on; what becomes of it is up to its lease.
 */
export function bury(job: EncodingJob, receiveCount: number, now: number): Ruling {
  if (isFinished(job)) return refuse(job, 'finished');
  if (hasLiveLease(job, now)) return refuse(job, 'leased');
  return enterState(job, 'ERROR', now, {
    lease: null,
    errorCode: 'UNDELIVERABLE',
    jobStateDetails: `Nodes received the job ${receiveCount} times, and none could begin it`,
  });
}

/** Starts a job that ended without an output all over again, with all its tries. */
export function retry(job: EncodingJob, now: number): Ruling {
  if (!isFinished(job)) return refuse(job, 'not-finished');
  if (job.jobState === 'FINISHED') return refuse(job, 'finished');
  return enterState(job, 'PENDING', now, {
    failures: 0,
    queued: false,
    cancelRequested: false,
    result: null,
    made: null,
    translated: [],
    log: '',
  });
}
