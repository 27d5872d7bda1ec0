import { isFinished, type EncodingJob } from '../../src/core/job.ts';
import { decodeJobMessage } from '../../src/core/messages.ts';
import { isWorkingState } from '../../src/core/job-states.ts';
import type { Danger } from './dangers.ts';
import type { StoreStep } from './invariants/invariant.ts';
import type { Installation } from './installation.ts';

/** The latest word of the store that a job is an attempt's. */
export interface Confirmed {
  readonly at: number;
  readonly mono: number;
}

/** What truly happened, whoever knows of it: what invariants are held against. */
export class Facts {
  readonly #installation: Installation;
  /** How often each danger has come true. */
  readonly dangers = new Map<Danger, number>();
  /** Jobs whose submit was answered, by their keys. */
  readonly accepted = new Map<string, string>();
  /** Attempts in which something truly failed. */
  readonly #failed = new Set<string>();
  readonly #confirmed = new Map<string, Confirmed>();
  /** Until when jobs are known to have been ended: last stored so, or opened again by a retry. */
  readonly finishedAt = new Map<string, number>();
  /** When jobs came to their end, the latest time that they did. */
  readonly endedAt = new Map<string, number>();
  /** Since when jobs have not changed, in true time. */
  readonly changedAt = new Map<string, number>();
  /** Since when an accepted cancel waits to be obeyed. */
  readonly cancelledAt = new Map<string, number>();
  /** Of jobs that were handed over and wait since: by which node. */
  readonly handedOver = new Map<string, string>();
  /** How often jobs were begun, since they were submitted or retried, but for those handed over. */
  readonly begun = new Map<string, number>();
  /** Ids of notifications that receivers have taken. */
  readonly taken = new Set<string>();
  /** For how many seconds a receiver wants to be left alone, by notification. */
  readonly askedSeconds = new Map<string, number>();
  /** How often encoders crashed, by job. */
  readonly crashes = new Map<string, number>();
  /** Jobs with an upload of which only a call knew that got no answer. */
  readonly forgotten = new Set<string>();
  /** Jobs of which a message got lost, or came too often. */
  readonly lostMessages = new Set<string>();
  /** Outputs made visible by an attempt that had lost its lease unknowingly, as `job attempt`. */
  readonly latePublishes = new Set<string>();
  /** What people have yet to do. */
  errands = 0;
  /** Told of every change of a job. */
  readonly onStored: ((step: StoreStep) => void)[] = [];

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  count(danger: Danger): void {
    this.dangers.set(danger, (this.dangers.get(danger) ?? 0) + 1);
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

  lostMessage(body: string): void {
    this.lostMessages.add(decodeJobMessage(body) ?? '');
  }

  /** Takes note of a change, after everybody has looked at it. */
  stored(step: StoreStep): void {
    const { world } = this.#installation;
    const { before, after, by } = step;
    const { uniqueId, attempt, lease } = after;
    this.changedAt.set(uniqueId, world.now);
    if (isFinished(after) || (before !== undefined && isFinished(before))) {
      this.finishedAt.set(uniqueId, world.now);
    }
    if (isFinished(after)) {
      if (before === undefined || !isFinished(before)) this.endedAt.set(uniqueId, world.now);
      this.cancelledAt.delete(uniqueId);
    } else if (after.cancelRequested && before?.cancelRequested !== true) {
      this.cancelledAt.set(uniqueId, world.now);
      this.count('a cancel reaches a job at work');
    }
    if (lease !== null && by.host === lease.nodeId) {
      this.#confirmed.set(`${uniqueId} ${attempt}`, { at: world.now, mono: by.monotonic() });
    }
    if (before !== undefined) this.#count(before, after);
    this.#followBegun(before, after);
    if (isHandOver(step)) {
      this.count('a job is handed over');
      this.handedOver.set(uniqueId, by.host);
    } else if (after.jobState !== 'PENDING') this.handedOver.delete(uniqueId);
    for (const tell of this.onStored) tell(step);
  }

  #followBegun(before: EncodingJob | undefined, after: EncodingJob): void {
    const { uniqueId, attempt } = after;
    const count = this.begun.get(uniqueId) ?? 0;
    if (before !== undefined && isFinished(before) && !isFinished(after)) {
      this.begun.set(uniqueId, 0);
    } else if (attempt > (before?.attempt ?? 0) && !this.handedOver.has(uniqueId)) {
      this.begun.set(uniqueId, count + 1);
    }
  }

  #count(before: EncodingJob, after: EncodingJob): void {
    const isNew = before.jobState !== after.jobState;
    if (!isNew) return;
    if (before.jobState === 'DOWNLOADING' && after.jobState === 'FINISHED') {
      this.count('an output is adopted');
    }
    if (isFinished(before)) this.count('a retry is accepted');
    if (after.jobState === 'ABANDONED') this.count('a job is abandoned');
    if (after.errorCode === 'UNDELIVERABLE') this.count('a job is buried');
    if (after.errorCode === 'NODE_LOST') this.count('a node is lost at work');
  }
}

/** Given back by its node, and for no failure. */
function isHandOver({ before, after, by }: StoreStep): boolean {
  return (
    before !== undefined &&
    isWorkingState(before.jobState) &&
    after.jobState === 'PENDING' &&
    after.failures === before.failures &&
    before.lease?.nodeId === by.host
  );
}
