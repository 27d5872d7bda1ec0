import type { NodeCounts, NodeState } from '../../core/node-state.ts';
import type { MetricSet } from './metric-set.ts';

const NONE: NodeCounts = { renewals: 0, failedRenewals: 0, lostLeases: 0, storeRetries: 0 };

/** More than there ever are at a time: one that comes back after a silence is the same one. */
const KEPT = 1000;

interface Known {
  readonly startedAt: number;
  readonly counts: NodeCounts;
}

/**
 * Adds up what nodes count themselves and tell with their heartbeats. A node begins with nothing whenever
 * it starts; what it counted after its last heartbeat is lost with it.
 */
export class NodeCounter {
  readonly #metrics: MetricSet;
  readonly #known = new Map<string, Known>();
  #since = Infinity;

  constructor(metrics: MetricSet) {
    this.#metrics = metrics;
    this.#add(NONE, NONE);
  }

  /** From now on it counts: what nodes counted before is not told. */
  begin(now: number): void {
    this.#since = now;
    this.#known.clear();
  }

  /** Counts no more. */
  end(): void {
    this.#since = Infinity;
  }

  /** Takes all heartbeats there are. */
  seen(nodes: readonly NodeState[]): void {
    if (this.#since === Infinity) return;
    for (const { nodeId, startedAt, counts = NONE } of nodes) {
      const before = this.#known.get(nodeId);
      const isNew = startedAt >= this.#since || before !== undefined;
      this.#add(counts, before?.startedAt === startedAt ? before.counts : isNew ? NONE : counts);
      this.#known.delete(nodeId);
      this.#known.set(nodeId, { startedAt, counts });
    }
    for (const nodeId of this.#known.keys()) {
      if (this.#known.size <= KEPT) break;
      this.#known.delete(nodeId);
    }
  }

  #add(counts: NodeCounts, base: NodeCounts): void {
    const metrics = this.#metrics;
    const more = (field: keyof NodeCounts) => counts[field] - base[field];
    const renewals = 'media_nommer_lease_renewals_total';
    metrics.count(renewals, { outcome: 'renewed' }, more('renewals'));
    metrics.count(renewals, { outcome: 'failed' }, more('failedRenewals'));
    metrics.count(renewals, { outcome: 'lost' }, more('lostLeases'));
    metrics.count('media_nommer_store_retries_total', {}, more('storeRetries'));
  }
}
