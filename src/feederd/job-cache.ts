import type { EncodingJob } from '../core/job.ts';
import { isFinished } from '../core/job.ts';
import { LatestMap } from '../core/latest-map.ts';
import type { JobStore } from '../core/ports.ts';
import { JobUnreadable, type UnreadableJob } from '../core/unreadable-job.ts';

const MAX_LEFT = 10_000;

/** What is kept of an ended job that somebody is still to be told of: there may be very many. */
export type UntoldJob = Pick<EncodingJob, 'version' | 'submitter'> & {
  readonly undelivered: number;
};

/**
 * feederd's memory of the open jobs: those unfinished, and the little that is wanted of those ended whose
 * notifications are to be delivered. A memory only: whoever acts on a job has the store decide.
 */
export class JobCache {
  readonly #store: JobStore;
  readonly #onChanged: (job: EncodingJob) => void;
  readonly #onUnreadable: (job: UnreadableJob) => void;
  readonly #jobs = new Map<string, EncodingJob>();
  readonly #untold = new Map<string, UntoldJob>();
  /** Versions of the jobs that left last: a late read must not bring one back. */
  readonly #left = new LatestMap<string, number>(MAX_LEFT);
  /** Jobs that cannot be read, and of which that was told. */
  readonly #unreadable = new Set<string>();

  /**
   * @param onChanged told of every job that is new or has changed, also when it leaves the cache
   * @param onUnreadable told once of every job that cannot be read: it is in no cache
   */
  constructor(
    store: JobStore,
    onChanged: (job: EncodingJob) => void,
    onUnreadable: (job: UnreadableJob) => void = () => undefined,
  ) {
    this.#store = store;
    this.#onChanged = onChanged;
    this.#onUnreadable = onUnreadable;
  }

  /** The job, if it is unfinished. */
  get(uniqueId: string): EncodingJob | undefined {
    return this.#jobs.get(uniqueId);
  }

  /** All unfinished jobs. */
  jobs(): readonly EncodingJob[] {
    return [...this.#jobs.values()];
  }

  /** The ended jobs with notifications to deliver. */
  untold(): Iterable<UntoldJob> {
    return this.#untold.values();
  }

  /** The version of a job that was last heard of; 0 for one unknown. */
  versionOf(uniqueId: string): number {
    const known = this.#jobs.get(uniqueId) ?? this.#untold.get(uniqueId);
    return known?.version ?? this.#left.get(uniqueId) ?? 0;
  }

  /** Takes a job as it was stored. An older version than the known one is ignored. */
  update(job: EncodingJob): void {
    const { uniqueId, version, submitter, undelivered } = job;
    this.#unreadable.delete(uniqueId);
    if (this.versionOf(uniqueId) >= version) return;
    this.#forget(uniqueId);
    if (!isFinished(job)) this.#jobs.set(uniqueId, job);
    else if (undelivered.length > 0) {
      this.#untold.set(uniqueId, { version, submitter, undelivered: undelivered.length });
    } else this.#left.set(uniqueId, version);
    this.#onChanged(job);
  }

  /** Reads one job anew. @returns undefined when there is none, or none that can be read */
  async refresh(uniqueId: string): Promise<EncodingJob | undefined> {
    try {
      const job = await this.#store.get(uniqueId);
      if (job === undefined) this.#forget(uniqueId);
      else this.update(job);
      return job;
    } catch (thrown: unknown) {
      if (!(thrown instanceof JobUnreadable)) throw thrown;
      this.#leaveOut(thrown);
      return undefined;
    }
  }

  /** Makes the cache what the store says: at start, and for hints that got lost. */
  async reload(): Promise<void> {
    const before = new Set([...this.#jobs.keys(), ...this.#untold.keys()]);
    let cursor: string | undefined;
    do {
      const page = await this.#store.open(cursor);
      for (const job of page.jobs) {
        before.delete(job.uniqueId);
        this.update(job);
      }
      for (const unreadable of page.unreadable) {
        before.delete(unreadable.id);
        this.#leaveOut(unreadable);
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    // Open a moment ago, and not listed now: ended, or gone, or too new for the list.
    for (const uniqueId of before) await this.refresh(uniqueId);
  }

  #leaveOut({ id, reason }: UnreadableJob): void {
    this.#forget(id);
    if (this.#unreadable.has(id)) return;
    this.#unreadable.add(id);
    this.#onUnreadable({ id, reason });
  }

  #forget(uniqueId: string): void {
    this.#jobs.delete(uniqueId);
    this.#untold.delete(uniqueId);
    this.#left.delete(uniqueId);
  }
}
