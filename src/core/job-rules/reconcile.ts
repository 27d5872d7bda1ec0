import { isFinished, type EncodingJob } from '../job.ts';
import type { QueueDepth } from '../ports.ts';

export interface ReconcileSettings {
  /** Whoever accepted a job is still about to queue it for so long. */
  readonly unqueuedAfterMs: number;
  /** A queued job that no node took for so long may have lost its message. */
  readonly resendAfterMs: number;
  /** One that was sent again is not for so long: a queue's depth may lag a minute behind. */
  readonly resendAgainAfterMs: number;
  /** One that has waited so long may have lost its message, although the queue seems to hold enough. */
  readonly resendAnywayAfterMs: number;
}

/** Of those that have waited long, as many at a time: they may be waiting for a slot. */
const ANYWAY_AT_A_TIME = 10;

/**
 * Which of the open jobs need a (new) message in the new-job queue. A message too many does no harm: a
 * claim decides. So jobs are sent again when nobody has noted that the queue took them, and as many of
 * those that wait longest as the queue holds too few messages. Some messages may be about jobs that others
 * hold or that have ended; so a few of those that have waited very long are sent again in any case.
 * @param depth as it was before `jobs` were read, so that a job that ends meanwhile is not missed
 * @param sentAgainAt when jobs were sent again, by their ids
 */
export function jobsToSend(
  jobs: readonly EncodingJob[],
  depth: QueueDepth,
  times: ReconcileSettings,
  now: number,
  sentAgainAt: ReadonlyMap<string, number> = new Map(),
): readonly EncodingJob[] {
  const unfinished = jobs.filter((job) => !isFinished(job));
  const pending = unfinished.filter((job) => job.jobState === 'PENDING');
  const unqueued = pending.filter(
    (job) => !job.queued && waitedMs(job, now) >= times.unqueuedAfterMs,
  );
  const messages = depth.waiting + depth.delayed + depth.inFlight;
  const missing = unfinished.filter((job) => job.queued).length - messages;

  const agoMs = ({ uniqueId }: EncodingJob) => now - (sentAgainAt.get(uniqueId) ?? -Infinity);
  const longest = pending
    .filter((job) => job.queued && waitedMs(job, now) >= times.resendAfterMs)
    .filter((job) => agoMs(job) >= times.resendAgainAfterMs)
    .toSorted((a, b) => a.modifiedAt - b.modifiedAt);
  const sentLately = pending.filter((job) => agoMs(job) < times.resendAnywayAfterMs).length;
  const anyway = longest.filter(
    (job) => Math.min(waitedMs(job, now), agoMs(job)) >= times.resendAnywayAfterMs,
  ).length;
  const count = Math.max(missing, Math.min(anyway, ANYWAY_AT_A_TIME - sentLately), 0);
  return [...unqueued, ...longest.slice(0, count)];
}

function waitedMs(job: EncodingJob, now: number): number {
  return now - Math.max(job.modifiedAt, job.notBefore ?? 0);
}
