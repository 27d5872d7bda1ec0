import type { EncodingJob } from '../core/job.ts';
import { isOpen } from '../core/job.ts';
import type { JobStore } from '../core/ports.ts';

const MAX_LEFT = 10_000;

/**
 * feederd's memory of the open jobs: those unfinished, and those with notifications to deliver. A
 * memory only: whoever acts on a job has the store decide.
 */
export class JobCache {
  readonly #store: JobStore;
  readonly #onChanged: (job: EncodingJob) => void;
  readonly #jobs = new Map<string, EncodingJob>();
  /** Versions of the jobs that left last: a late read must not bring one back. */
  readonly #left = new Map<string, number>();

  /** @param onChanged told of every job that is new or has changed, also when it leaves the cache */
  constructor(store: JobStore, onChanged: (job: EncodingJob) => void) {
    this.#store = store;
    this.#onChanged = onChanged;
  }

  /** The job, if it is open. */
  get(uniqueId: string): EncodingJob | undefined {
    return this.#jobs.get(uniqueId);
  }

  /** All open jobs. */
  jobs(): readonly EncodingJob[] {
    return [...this.#jobs.values()];
  }

  /** Takes a job as it was stored. An older version than the known one is ignored. */
  update(job: EncodingJob): void {
    const { uniqueId, version } = job;
    const known = this.#jobs.get(uniqueId)?.version ?? this.#left.get(uniqueId) ?? 0;
    if (known >= version) return;
    if (isOpen(job)) {
      this.#jobs.set(uniqueId, job);
      this.#left.delete(uniqueId);
    } else {
      this.#jobs.delete(uniqueId);
      this.#remember(uniqueId, version);
    }
    this.#onChanged(job);
  }

  /** Reads one job anew. */
  async refresh(uniqueId: string): Promise<void> {
    const job = await this.#store.get(uniqueId);
    if (job === undefined) this.#jobs.delete(uniqueId);
    else this.update(job);
  }

  /** Makes the cache what the store says: at start, and for hints that got lost. */
  async reload(): Promise<void> {
    const before = new Set(this.#jobs.keys());
    let cursor: string | undefined;
    do {
      const page = await this.#store.open(cursor);
      for (const job of page.jobs) {
        before.delete(job.uniqueId);
        this.update(job);
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    // Open a moment ago, and not listed now: ended, or gone, or too new for the list.
    for (const uniqueId of before) await this.refresh(uniqueId);
  }

  #remember(uniqueId: string, version: number): void {
    this.#left.set(uniqueId, version);
    const [oldest] = this.#left.keys();
    if (this.#left.size > MAX_LEFT && oldest !== undefined) this.#left.delete(oldest);
  }
}
