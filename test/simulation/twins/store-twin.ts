import { isOpen, isStored, type EncodingJob } from '../../../src/core/job.ts';
import type { LeaderRecord } from '../../../src/core/ports.ts';
import type { NodeState } from '../../../src/core/node-state.ts';
import type { SimProcess } from '../world/sim-process.ts';
import type { World } from '../world/world.ts';
import type { StoreStep } from '../invariants/invariant.ts';

/** For so long a list may show what was. */
const HISTORY_MS = 10_000;

interface Kept {
  readonly at: number;
  readonly job: EncodingJob;
}

/** The job store itself: strongly consistent for one job, while its lists may lag. */
export class StoreTwin {
  readonly #world: World;
  readonly #onStored: (step: StoreStep) => void;
  readonly #jobs = new Map<string, Kept[]>();
  readonly nodeStates = new Map<string, NodeState>();
  leader: LeaderRecord | undefined;

  constructor(world: World, onStored: (step: StoreStep) => void) {
    this.#world = world;
    this.#onStored = onStored;
  }

  get(uniqueId: string): EncodingJob | undefined {
    return this.#jobs.get(uniqueId)?.at(-1)?.job;
  }

  all(): readonly EncodingJob[] {
    return [...this.#jobs.keys()].flatMap((id) => this.get(id) ?? []);
  }

  create(
    job: EncodingJob,
    by: SimProcess,
  ): { created: true } | { created: false; existing: EncodingJob } {
    const existing = this.get(job.uniqueId);
    if (existing !== undefined) {
      return isStored(job, existing) ? { created: true } : { created: false, existing };
    }
    this.put(job, by);
    return { created: true };
  }

  replace(job: EncodingJob, expectedVersion: number, by: SimProcess): boolean {
    const stored = this.get(job.uniqueId);
    // As with DynamoDB, whose SDK repeats a call without an answer: it may have stored the job itself.
    if (stored?.version !== expectedVersion) return isStored(job, stored);
    this.put(job, by);
    return true;
  }

  /** Stores without any condition: for those who are planted to do so. */
  put(job: EncodingJob, by: SimProcess): void {
    const history = this.#jobs.get(job.uniqueId) ?? [];
    const before = history.at(-1)?.job;
    history.push({ at: this.#world.now, job });
    while (history.length > 2 && (history[1]?.at ?? 0) < this.#world.now - HISTORY_MS) {
      history.shift();
    }
    this.#jobs.set(job.uniqueId, history);
    this.#world.note(by.name, `stores ${describeChange(before, job)}`);
    this.#onStored({ before, after: job, by });
  }

  /** Open jobs, each as it was up to `lagMs` ago. */
  open(lagMs: () => number): readonly EncodingJob[] {
    return [...this.#jobs.values()].flatMap((history) => {
      const until = this.#world.now - lagMs();
      const job = history.findLast(({ at }) => at <= until)?.job;
      return job !== undefined && isOpen(job) ? [job] : [];
    });
  }
}

function describeChange(before: EncodingJob | undefined, after: EncodingJob): string {
  const { uniqueId, version, attempt, failures, lease } = after;
  const states =
    before === undefined || before.jobState === after.jobState
      ? after.jobState
      : `${before.jobState} → ${after.jobState}`;
  const holder = lease === null ? '' : `, held by ${lease.nodeId}`;
  return `${uniqueId} v${version} ${states}, attempt ${attempt}, failures ${failures}${holder}`;
}
