import type { Clock } from '../core/clock.ts';
import type { NodeState } from '../core/node-state.ts';
import type { JobQueue, NodeStates, QueueDepth } from '../core/ports.ts';
import type { JobCache } from './job-cache.ts';
import type { StatsHistory } from './stats-history.ts';

export interface SampleStatsParts {
  readonly cache: Pick<JobCache, 'jobs'>;
  readonly newJobs: Pick<JobQueue, 'depth'>;
  readonly nodeStates: Pick<NodeStates, 'list'>;
  readonly history: StatsHistory;
  readonly clock: Pick<Clock, 'now'>;
}

const EMPTY: QueueDepth = { waiting: 0, delayed: 0, inFlight: 0 };
/** While there is nothing to do, nodes come and go slowly, and looking costs on AWS. */
const IDLE_LOOK_MS = 60_000;

/** @returns the task that takes one sample: it asks for no more than it needs */
export function statsSampler(parts: SampleStatsParts): () => Promise<void> {
  const { cache, newJobs, nodeStates, history, clock } = parts;
  let nodes: readonly NodeState[] = [];
  let lookedAt = -Infinity;
  return async () => {
    const now = clock.now();
    const jobs = cache.jobs();
    const isIdle = jobs.length === 0;
    if (!isIdle || now - lookedAt >= IDLE_LOOK_MS) {
      nodes = await nodeStates.list();
      lookedAt = now;
    }
    history.take({ jobs, nodes, depth: isIdle ? EMPTY : await newJobs.depth() }, now);
  };
}
