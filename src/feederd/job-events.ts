import { randomBytes } from 'node:crypto';
import type { WireProgressEvent } from '../core/api-wire.ts';
import { isFinished, type EncodingJob } from '../core/job.ts';
import { isoTime, toWireJob, toWireProgress } from '../core/job-wire.ts';

export interface JobEventsOptions {
  /** How many of the latest changes are kept for readers that come back. Default 5000. */
  readonly capacity?: number;
  /** After so long without an event a follower is told that it is still alive. Default 15 s. */
  readonly quietMs?: number;
}

/** Something that changed in a job. */
export interface JobEvent {
  readonly position: number;
  /** `state`: data is the whole wire job. `progress`: only the fields that changed (WireProgressEvent). */
  readonly name: 'state' | 'progress';
  /** JSON. */
  readonly data: string;
  readonly uniqueId: string;
  readonly version: number;
  /** Nothing more will happen to the job, unless somebody retries it. */
  readonly isLast: boolean;
}

interface Entry {
  readonly position: number;
  readonly job: EncodingJob;
  /** Where the latest change that a `progress` event would not tell was published. */
  readonly statePosition: number;
  /** Made when the first reader needs it, once for all of them. */
  readonly data: { state?: string; progress?: string };
}

/**
 * The log of job changes behind the event streams. It keeps for every job the latest change only, since
 * that is all a late or slow reader needs to be right again: readers pull, so a slow one skips
 * what is outdated instead of being buffered for. One that falls behind the log's end is let go.
 */
export class JobEvents {
  readonly #boot = randomBytes(4).toString('hex');
  readonly #capacity: number;
  readonly #quietMs: number;
  readonly #entries: (Entry | undefined)[] = [];
  readonly #latestOf = new Map<string, Entry>();
  readonly #waiting = new Set<() => void>();
  #position = 0;
  #followers = 0;
  #closed = false;

  constructor({ capacity = 5000, quietMs = 15_000 }: JobEventsOptions = {}) {
    this.#capacity = capacity;
    this.#quietMs = quietMs;
  }

  /** How many streams are open. */
  get followers(): number {
    return this.#followers;
  }

  /** Of the latest event; what is published later comes after it. */
  get position(): number {
    return this.#position;
  }

  /** Takes every changed job, also more than once and out of order: only what is newer is news. */
  publish(job: EncodingJob): void {
    const before = this.#latestOf.get(job.uniqueId);
    if (before !== undefined && before.job.version >= job.version) return;
    const told = before !== undefined && outline(before.job) === outline(job);
    if (told && job.progress === null) return;

    const position = (this.#position += 1);
    if (before !== undefined) this.#entries[before.position % this.#capacity] = undefined;
    const outdated = this.#entries[position % this.#capacity];
    if (outdated !== undefined) this.#latestOf.delete(outdated.job.uniqueId);
    const entry: Entry = {
      position,
      // The log is in no event, and may be long.
      job: { ...job, log: '' },
      statePosition: told ? before.statePosition : position,
      data: {},
    };
    this.#entries[position % this.#capacity] = entry;
    this.#latestOf.set(job.uniqueId, entry);
    for (const wake of this.#waiting) wake();
  }

  /** An event's id for `Last-Event-ID`: positions start anew with every feederd, so it names both. */
  idOf(position: number): string {
    return `${this.#boot}-${position}`;
  }

  /** @returns undefined for an id of another feederd's, or of an event the log has left behind */
  positionOf(id: string | undefined): number | undefined {
    const [, boot, digits] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(id ?? '') ?? [];
    const position = Number(digits);
    if (boot !== this.#boot || position > this.#position || this.#isGone(position + 1)) {
      return undefined;
    }
    return position;
  }

  /**
   * Yields what happens after a position, to all jobs or to those wanted, and null when that was nothing
   * for a while. Ends when `signal` aborts, this is closed, or the reader is so slow that the log left it
   * behind.
   */
  async *follow(
    after: number,
    signal: AbortSignal,
    isWanted: (job: EncodingJob) => boolean = () => true,
  ): AsyncGenerator<JobEvent | null, void> {
    let position = after;
    /** Up to here the reader knows every job; what it skipped on the way, it may not know. */
    let complete = 0;
    let heardAt = performance.now();
    this.#followers += 1;
    try {
      while (!signal.aborted && !this.#closed && !this.#isGone(position + 1)) {
        if (position < this.#position) {
          position += 1;
          const entry = this.#entries[position % this.#capacity];
          if (entry === undefined || !isWanted(entry.job)) continue;
          yield toEvent(entry, complete);
        } else {
          complete = position;
          const quietMs = performance.now() - heardAt;
          if (await this.#newsWithin(this.#quietMs - quietMs, signal)) continue;
          yield null;
        }
        heardAt = performance.now();
      }
    } finally {
      this.#followers -= 1;
    }
  }

  /** Ends every stream. */
  close(): void {
    this.#closed = true;
    for (const wake of this.#waiting) wake();
  }

  #isGone(position: number): boolean {
    return position <= this.#position - this.#capacity;
  }

  /** @returns whether something happened, be it that `signal` aborted */
  #newsWithin(ms: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (news: boolean) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve(news);
      };
      const wake = () => finish(true);
      const timer = setTimeout(() => finish(false), ms);
      signal.addEventListener('abort', wake);
      this.#waiting.add(wake);
    });
  }
}

/** All that a `progress` event would not tell, in a form that can be compared. */
function outline(job: EncodingJob): string {
  const { jobState, jobStateDetails, errorCode, attempt, failures, cancelRequested } = job;
  const state = [jobState, jobStateDetails, errorCode, attempt, failures, cancelRequested];
  return [...state, job.translated.length, ...tellings(job)].join('|');
}

/** Who was told, but of progress: that happens every few seconds. */
function tellings({ undelivered, deliveries }: EncodingJob): readonly string[] {
  const last = deliveries.findLast(({ event }) => event !== 'progress');
  const pending = undelivered.filter(({ event }) => event !== 'progress');
  return [
    `${last?.id} ${last?.tries} ${last?.at}`,
    ...pending.map(({ id, tries }) => `${id} ${tries}`),
  ];
}

function toEvent(entry: Entry, complete: number): JobEvent {
  const { position, job, data } = entry;
  const name = entry.statePosition > complete ? 'state' : 'progress';
  return {
    position,
    name,
    data: (data[name] ??= JSON.stringify(name === 'state' ? toWireJob(job) : toProgressEvent(job))),
    uniqueId: job.uniqueId,
    version: job.version,
    isLast: isFinished(job),
  };
}

function toProgressEvent(job: EncodingJob): WireProgressEvent {
  return {
    unique_id: job.uniqueId,
    job_state: job.jobState,
    version: job.version,
    attempt: job.attempt,
    node_id: job.lease?.nodeId ?? null,
    last_modified_dtime: isoTime(job.modifiedAt),
    progress: job.progress === null ? null : toWireProgress(job.progress),
  };
}
