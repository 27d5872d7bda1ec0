import type { Clock } from '../core/clock.ts';
import type { ActiveJob, NodeCondition, NodeCounts, NodeState } from '../core/node-state.ts';
import type { NodeStates } from '../core/ports.ts';

export interface NodeReporterParts {
  readonly nodeId: string;
  readonly slots: number;
  readonly fromFleet: boolean;
  readonly versions: Readonly<Record<string, string>>;
  readonly nodeStates: NodeStates;
  readonly clock: Clock;
}

/** What this node says of itself: its heartbeat record, and since when it has had nothing to do. */
export class NodeReporter {
  readonly #parts: NodeReporterParts;
  readonly #startedAt: number;
  readonly #active = new Map<string, ActiveJob>();
  readonly #counts: Record<keyof NodeCounts, number> = {
    renewals: 0,
    failedRenewals: 0,
    lostLeases: 0,
    storeRetries: 0,
  };
  #idleSince: number;

  constructor(parts: NodeReporterParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
    this.#idleSince = parts.clock.monotonic();
  }

  started(job: ActiveJob): void {
    const { uniqueId, attempt } = job;
    this.#active.set(attemptOf(job), { uniqueId, attempt });
  }

  ended(job: ActiveJob): void {
    this.#active.delete(attemptOf(job));
    this.#idleSince = this.#parts.clock.monotonic();
  }

  count(what: keyof NodeCounts): void {
    this.#counts[what] += 1;
  }

  isWorkingOn(uniqueId: string): boolean {
    return [...this.#active.values()].some((job) => job.uniqueId === uniqueId);
  }

  /** Seconds since the last job ended; 0 while there is one. */
  get idleSeconds(): number {
    if (this.#active.size > 0) return 0;
    return (this.#parts.clock.monotonic() - this.#idleSince) / 1000;
  }

  async report(condition: NodeCondition): Promise<void> {
    const { nodeId, slots, fromFleet, versions, nodeStates, clock } = this.#parts;
    const state: NodeState = {
      nodeId,
      condition,
      slots,
      fromFleet,
      activeJobs: [...this.#active.values()],
      startedAt: this.#startedAt,
      reportedAt: clock.now(),
      versions,
      counts: { ...this.#counts },
    };
    await nodeStates.report(state);
  }

  async sayGoodbye(): Promise<void> {
    await this.#parts.nodeStates.remove(this.#parts.nodeId);
  }
}

/** A job that was handed back may be taken again before its lost attempt has ended. */
function attemptOf({ uniqueId, attempt }: ActiveJob): string {
  return `${uniqueId}-${attempt}`;
}
