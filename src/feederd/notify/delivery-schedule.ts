import type { Clock } from '../../core/clock.ts';
import type { EncodingJob } from '../../core/job.ts';
import { nextDueAt } from '../../core/job-rules/notifications.ts';
import { receiverOf, type Receiver } from './receiver-of.ts';
import { ReceiverPlaces } from './receiver-places.ts';

/** A job with notifications to deliver: all that is kept of it here. */
interface Untold {
  readonly uniqueId: string;
  readonly receiver: Receiver;
  /** Undefined: only in hand yet, with nothing else to deliver. */
  dueAt: number | undefined;
  isInHand: boolean;
}

export interface DueJob {
  readonly uniqueId: string;
  /** Lets others have its place. @param hasAnswered undefined where the receiver was not asked */
  readonly free: (hasAnswered: boolean | undefined) => void;
  /** Has the job's later notifications tried, too, when they are due. */
  readonly done: () => void;
}

/** So many jobs whose time has come are lined up in one look; with more, others get to run meanwhile. */
const MAX_PER_LOOK = 1000;

/**
 * When which job's receiver is to be tried next, kept by the changes of jobs: a look costs by what is due,
 * and not by how much waits. A job that is in hand is not given out again before it is done.
 */
export class DeliverySchedule {
  readonly #jobs = new Map<string, Untold>();
  /** Those whose time has not come, the next one last. */
  readonly #later: Untold[] = [];
  readonly #places = new ReceiverPlaces<Untold>();

  /** Takes note of a job as it is now. */
  update(job: EncodingJob, now: number): void {
    const { uniqueId } = job;
    const dueAt = nextDueAt(job);
    if (dueAt === undefined) return this.forget(uniqueId);
    const known = this.#jobs.get(uniqueId);
    if (known?.dueAt === dueAt) return;
    if (known?.isInHand === true) known.dueAt = dueAt;
    else {
      if (known !== undefined) this.#withdraw(known);
      const receiver = known?.receiver ?? receiverOf(job.notify?.url ?? job.notifyUrl);
      const untold = { uniqueId, receiver, dueAt, isInHand: false };
      this.#jobs.set(uniqueId, untold);
      this.#lineUp(untold, dueAt, now);
    }
  }

  forget(uniqueId: string): void {
    const known = this.#jobs.get(uniqueId);
    if (known === undefined) return;
    if (known.isInHand) known.dueAt = undefined;
    else {
      this.#jobs.delete(uniqueId);
      this.#withdraw(known);
    }
  }

  /** @returns the jobs to try now that there is a place for */
  *take(clock: Pick<Clock, 'now'>): Generator<DueJob> {
    this.#lineUpDue(clock.now());
    for (let place = this.#places.take(); place !== undefined; place = this.#places.take()) {
      const { item, free } = place;
      item.isInHand = true;
      const done = () => {
        item.isInHand = false;
        if (item.dueAt === undefined) this.#jobs.delete(item.uniqueId);
        else this.#lineUp(item, item.dueAt, clock.now());
      };
      yield { uniqueId: item.uniqueId, free, done };
    }
  }

  #lineUp(untold: Untold, dueAt: number, now: number): void {
    if (dueAt <= now) this.#places.add(untold);
    else this.#later.splice(this.#indexOf(dueAt), 0, untold);
  }

  #lineUpDue(now: number): void {
    const first = Math.max(this.#indexOf(now), this.#later.length - MAX_PER_LOOK);
    for (const untold of this.#later.splice(first).toReversed()) this.#places.add(untold);
  }

  #withdraw(untold: Untold): void {
    this.#places.delete(untold);
    const index = this.#later.indexOf(untold, this.#indexOf(untold.dueAt ?? 0));
    if (index !== -1) this.#later.splice(index, 1);
  }

  /** Where those begin that are due at `time` or before. */
  #indexOf(time: number): number {
    let [low, high] = [0, this.#later.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#later[middle]?.dueAt ?? 0) <= time) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
