import { hasLiveLease, isFinished, type EncodingJob } from '../core/job.ts';
import type { FleetView } from './fleet-view.ts';
import type { NodeForecast, WaitingJob } from './wait-target-plan.ts';

export interface ForecastFacts {
  readonly view: FleetView;
  readonly jobs: readonly EncodingJob[];
  readonly typicalSeconds: number;
  readonly bootSeconds: number;
  /** Nodes that boot for longer are not counted on. */
  readonly lateSeconds: number;
  readonly now: number;
}

/** What is left of a job that takes longer than expected, as a part of the usual time. */
const OVERDUE_PART = 0.1;

/**
 * The unfinished jobs that need a slot of the nodes which take jobs. A job on a node that takes no more
 * is none of them: it ends there, or comes back as a waiting one.
 */
export function jobsForCapacity(
  jobs: readonly EncodingJob[],
  { withoutSlots }: FleetView,
  now: number,
): readonly EncodingJob[] {
  const leaving = new Set(withoutSlots);
  return jobs.filter(
    (job) =>
      !isFinished(job) &&
      !(hasLiveLease(job, now) && job.lease !== null && leaving.has(job.lease.nodeId)),
  );
}

/** Turns jobs and nodes into what the wait-target plan reckons with. */
export function forecast(facts: ForecastFacts): {
  readonly waiting: readonly WaitingJob[];
  readonly nodes: readonly NodeForecast[];
} {
  const { view, jobs, typicalSeconds, bootSeconds, lateSeconds, now } = facts;
  const remaining = new Map<string, number[]>(view.capacity.map(({ nodeId }) => [nodeId, []]));
  const waiting: WaitingJob[] = [];
  for (const job of jobsForCapacity(jobs, view, now)) {
    const onNode = hasLiveLease(job, now) ? remaining.get(job.lease?.nodeId ?? '') : undefined;
    if (onNode !== undefined) onNode.push(remainingSeconds(job, typicalSeconds, now));
    else waiting.push(waitingJob(job, typicalSeconds, now));
  }
  return {
    waiting: waiting.toSorted((a, b) => b.waitedSeconds - a.waitedSeconds),
    nodes: view.capacity
      .filter(({ bootingMs }) => bootingMs <= lateSeconds * 1000)
      .map(({ nodeId, slots, bootingMs, hasReported }) => ({
        slots,
        readySeconds: hasReported ? 0 : Math.max(bootSeconds - bootingMs / 1000, 0),
        remainingSeconds: remaining.get(nodeId) ?? [],
        isBooting: !hasReported,
      })),
  };
}

function waitingJob(job: EncodingJob, workSeconds: number, now: number): WaitingJob {
  const since = job.timings.findLast(({ state }) => state === 'PENDING')?.at ?? job.createdAt;
  const freeAt = Math.max(job.lease?.until ?? 0, job.notBefore ?? 0);
  // A back-off is no waiting for a slot.
  const waitedMs = now - Math.max(since, freeAt);
  return {
    waitedSeconds: Math.max(waitedMs, 0) / 1000,
    earliestSeconds: Math.max(freeAt - now, 0) / 1000,
    workSeconds,
  };
}

/** The node's own word where there is one, else reckoned from the part that is done, else the usual. */
function remainingSeconds(job: EncodingJob, typicalSeconds: number, now: number): number {
  const { jobState, progress, timings } = job;
  const atLeast = typicalSeconds * OVERDUE_PART;
  if (jobState === 'UPLOADING') return atLeast;
  const takenAt = timings.findLast(({ state }) => state === 'DOWNLOADING')?.at ?? now;
  if (jobState === 'ENCODING' && progress !== null) {
    if (progress.etaSeconds !== null) return progress.etaSeconds;
    const since = timings.findLast(({ state }) => state === 'ENCODING')?.at ?? now;
    const done = (progress.percent ?? 0) / 100;
    if (done > 0) return (Math.max(now - since, 0) / 1000) * (1 / Math.min(done, 1) - 1);
  }
  return Math.max(typicalSeconds - Math.max(now - takenAt, 0) / 1000, atLeast);
}
