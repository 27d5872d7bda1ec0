import type { StoreStep } from './invariants/invariant.ts';
import type { Installation } from './installation.ts';
import { isFinished } from '../../src/core/job.ts';

/** The latest word of the store that a job is an attempt's. */
export interface Confirmed {
  readonly at: number;
  readonly mono: number;
}

/** What truly happened, whoever knows of it: what invariants are held against. */
export class Facts {
  readonly #installation: Installation;
  /** Jobs whose submit was answered, by their keys. */
  readonly accepted = new Map<string, string>();
  /** Attempts in which something truly failed. */
  readonly #failed = new Set<string>();
  readonly #confirmed = new Map<string, Confirmed>();
  /** When jobs were last seen to have ended. */
  readonly finishedAt = new Map<string, number>();
  /** Since when jobs have not changed, in true time. */
  readonly changedAt = new Map<string, number>();
  /** Since when an accepted cancel waits to be obeyed. */
  readonly cancelledAt = new Map<string, number>();
  /** Ids of notifications that receivers have taken. */
  readonly taken = new Set<string>();
  /** How often encoders crashed, by job. */
  readonly crashes = new Map<string, number>();
  /** Jobs with an upload of which only a call knew that got no answer. */
  readonly forgotten = new Set<string>();
  /** Outputs made visible by an attempt that had lost its lease unknowingly. */
  latePublishes = 0;

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  failed(jobId: string, attempt: number, why: string): void {
    this.#failed.add(`${jobId} ${attempt}`);
    this.#installation.world.note(`${jobId}/${attempt}`, `fails: ${why}`);
  }

  hasFailed(jobId: string, attempt: number): boolean {
    return this.#failed.has(`${jobId} ${attempt}`);
  }

  confirmed(jobId: string, attempt: number): Confirmed | undefined {
    return this.#confirmed.get(`${jobId} ${attempt}`);
  }

  /** Takes note of a change, after everybody has looked at it. */
  stored({ before, after, by }: StoreStep): void {
    const { world } = this.#installation;
    const { uniqueId, attempt, lease } = after;
    this.changedAt.set(uniqueId, world.now);
    if (isFinished(after)) {
      this.finishedAt.set(uniqueId, world.now);
      this.cancelledAt.delete(uniqueId);
    } else if (after.cancelRequested && before?.cancelRequested !== true) {
      this.cancelledAt.set(uniqueId, world.now);
    }
    if (lease !== null && by.host === lease.nodeId) {
      this.#confirmed.set(`${uniqueId} ${attempt}`, { at: world.now, mono: by.monotonic() });
    }
  }
}
