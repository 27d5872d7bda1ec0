import type { EncodingJob } from '../../core/job.ts';
import { isWorkingState } from '../../core/job-states.ts';
import { NODE_CONDITIONS, type NodeState } from '../../core/node-state.ts';
import type { QueueDepth } from '../../core/ports.ts';
import type { MetricSet } from './metric-set.ts';

const UNFINISHED_STATES = ['PENDING', 'DOWNLOADING', 'ENCODING', 'UPLOADING'] as const;

/** What the job cache knows. */
export function setJobGauges(metrics: MetricSet, { open, untold, now }: JobGaugeFacts): void {
  const counts = new Map<string, number>(UNFINISHED_STATES.map((state) => [state, 0]));
  let undelivered = 0;
  let pendingSince = now;
  let workingSince = now;
  for (const job of open) {
    counts.set(job.jobState, (counts.get(job.jobState) ?? 0) + 1);
    undelivered += job.undelivered.length;
    if (job.jobState === 'PENDING') pendingSince = Math.min(pendingSince, mayBeTakenSince(job));
    else if (isWorkingState(job.jobState)) {
      workingSince = Math.min(workingSince, enteredAt(job, 'DOWNLOADING'));
    }
  }
  for (const each of untold) undelivered += each.undelivered;
  for (const [state, count] of counts) metrics.set('media_nommer_jobs', { state }, count);
  metrics.set('media_nommer_undelivered_notifications', {}, undelivered);
  metrics.set('media_nommer_oldest_pending_seconds', {}, (now - pendingSince) / 1000);
  metrics.set('media_nommer_longest_working_seconds', {}, (now - workingSince) / 1000);
}

export interface JobGaugeFacts {
  readonly open: Iterable<EncodingJob>;
  readonly untold: Iterable<{ readonly undelivered: number }>;
  readonly now: number;
}

/** What queue and store have to be asked for. */
export function setPlaceGauges(metrics: MetricSet, { depth, nodes, now }: PlaceGaugeFacts): void {
  metrics.set('media_nommer_queue_depth', { kind: 'waiting' }, depth.waiting);
  metrics.set('media_nommer_queue_depth', { kind: 'delayed' }, depth.delayed);
  metrics.set('media_nommer_queue_depth', { kind: 'in_flight' }, depth.inFlight);
  for (const state of NODE_CONDITIONS) {
    const count = nodes.filter(({ condition }) => condition === state).length;
    metrics.set('media_nommer_nodes', { state }, count);
  }
  const sum = (of: (node: NodeState) => number) =>
    nodes.reduce((total, node) => total + of(node), 0);
  metrics.set(
    'media_nommer_slots',
    {},
    sum(({ slots }) => slots),
  );
  metrics.set(
    'media_nommer_slots_busy',
    {},
    sum(({ activeJobs }) => activeJobs.length),
  );
  const oldest = Math.min(now, ...nodes.map(({ reportedAt }) => reportedAt));
  metrics.set('media_nommer_heartbeat_age_seconds', {}, (now - oldest) / 1000);
}

export interface PlaceGaugeFacts {
  readonly depth: QueueDepth;
  readonly nodes: readonly NodeState[];
  readonly now: number;
}

/** For when they cannot be asked: old figures would be taken for new ones. */
export function unsetPlaceGauges(metrics: MetricSet): void {
  metrics.unset('media_nommer_queue_depth');
  metrics.unset('media_nommer_nodes');
  metrics.unset('media_nommer_slots');
  metrics.unset('media_nommer_slots_busy');
  metrics.unset('media_nommer_heartbeat_age_seconds');
}

function mayBeTakenSince(job: EncodingJob): number {
  return Math.max(enteredAt(job, 'PENDING'), job.notBefore ?? 0);
}

function enteredAt({ timings, createdAt }: EncodingJob, state: EncodingJob['jobState']): number {
  return timings.findLast((timing) => timing.state === state)?.at ?? createdAt;
}
