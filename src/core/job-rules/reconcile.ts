import { isFinished, type EncodingJob } from '../job.ts';
import type { QueueDepth } from '../ports.ts';

export interface ReconcileSettings {
  /** Whoever accepted a job is still about to queue it for so long. */
  readonly unqueuedAfterMs: number;
  /** A queued job that no node took for so long may have lost its message. */
  readonly resendAfterMs: number;
  /** One that was sent again is not for so long: a queue's depth may lag a minute behind. */
  readonly resendAgainAfterMs: number;
}

/**
 * Which of the open jobs need a (new) message in the new-job queue. A message too many does no harm: a
 * claim decides. So jobs are sent again when nobody has noted that the queue took them, and as many of
 * those that wait longest as the queue holds too few messages.
 * @param depth as it was before `jobs` were read, so that a job that ends meanwhile is not missed
 * @param sentAgainAt when jobs were sent again, by their ids
 */
export function jobsToSend(
  jobs: readonly EncodingJob[],
  depth: QueueDepth,
  { unqueuedAfterMs, resendAfterMs, resendAgainAfterMs }: ReconcileSettings,
  now: number,
  sentAgainAt: ReadonlyMap<string, number> = new Map(),
): readonly EncodingJob[] {
  const unfinished = jobs.filter((job) => !isFinished(job));
  const pending = unfinished.filter((job) => job.jobState === 'PENDING');
  const unqueued = pending.filter((job) => !job.queued && waitedMs(job, now) >= unqueuedAfterMs);

  const messages = depth.waiting + depth.delayed + depth.inFlight;
  const missing = unfinished.filter((job) => job.queued).length - messages;
  if (missing <= 0) return unqueued;
  const forgotten = pending
    .filter((job) => job.queued && waitedMs(job, now) >= resendAfterMs)
    .filter(({ uniqueId }) => now - (sentAgainAt.get(uniqueId) ?? -Infinity) >= resendAgainAfterMs)
    .toSorted((a, b) => a.modifiedAt - b.modifiedAt)
    .slice(0, missing);
  return [...unqueued, ...forgotten];
}

function waitedMs(job: EncodingJob, now: number): number {
  return now - Math.max(job.modifiedAt, job.notBefore ?? 0);
}
