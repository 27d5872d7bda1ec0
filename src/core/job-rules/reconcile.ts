import { isFinished, type EncodingJob } from '../job.ts';
import type { QueueDepth } from '../ports.ts';

export interface ReconcileSettings {
  /** A queued job that no node took for so long may have lost its message. */
  readonly resendAfterMs: number;
}

/**
 * Which of the open jobs need a (new) message in the new-job queue. A message too many does no harm: a
 * claim decides. So jobs are sent again when nobody has noted that the queue took them, and when the
 * queue holds fewer messages than there are jobs waiting for one.
 */
export function jobsToSend(
  jobs: readonly EncodingJob[],
  depth: QueueDepth,
  { resendAfterMs }: ReconcileSettings,
  now: number,
): readonly EncodingJob[] {
  const unfinished = jobs.filter((job) => !isFinished(job));
  const unqueued = unfinished.filter((job) => job.jobState === 'PENDING' && !job.queued);
  const queued = unfinished.filter((job) => job.queued);
  const messages = depth.waiting + depth.delayed + depth.inFlight;
  if (messages >= queued.length) return unqueued;
  const forgotten = queued.filter(
    (job) =>
      job.jobState === 'PENDING' &&
      now - Math.max(job.modifiedAt, job.notBefore ?? 0) >= resendAfterMs,
  );
  return [...unqueued, ...forgotten];
}
