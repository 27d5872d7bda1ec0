import { EventHeap, type Happening } from './event-heap.ts';
import { Random } from './random.ts';
import type { SimProcess } from './sim-process.ts';
import { Trace } from './trace.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly keepsTrace?: boolean;
  /** Decides between what happens at the same time. Default: chance. */
  readonly tie?: () => number;
}

/** An invariant that did not hold. */
export interface Violation {
  readonly invariant: string;
  readonly message: string;
  readonly at: number;
}

/**
 * Time and chance. One thing happens after the other: before the next one, everything that the last one has
 * set going in anybody's code has come to its next wait.
 */
export class World {
  readonly random: Random;
  readonly trace: Trace;
  /** Milliseconds since it began. */
  now = 0;
  happenings = 0;
  /** The most that any clock which stood still was behind afterwards. */
  mostBehindMs = 0;
  /** How often a process was killed, stopped or cut off. */
  strikes = 0;
  violation: Violation | undefined;
  readonly #events = new EventHeap();
  readonly #tie: () => number;

  constructor({ seed, keepsTrace = false, tie }: WorldOptions) {
    this.random = new Random(seed);
    this.trace = new Trace(keepsTrace);
    this.#tie = tie ?? (() => this.random.next());
  }

  note(who: string, what: string): void {
    this.trace.note(this.now, who, what);
  }

  after(ms: number, run: () => void, owner?: SimProcess): Happening {
    const happening = { at: this.now + ms, tie: this.#tie(), owner, run, isCancelled: false };
    this.#events.push(happening);
    return happening;
  }

  postpone(happening: Happening, at: number): void {
    happening.at = at;
    happening.tie = this.#tie();
    this.#events.push(happening);
  }

  violate(invariant: string, message: string): void {
    if (this.violation !== undefined) return;
    this.violation = { invariant, message, at: this.now };
    this.note('!', `${invariant}: ${message}`);
  }

  /** Goes on until `isDone`, asked after every step, or until something is violated. */
  run(isDone: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = () => {
        try {
          if (this.violation !== undefined || isDone() || !this.#next()) resolve();
          else afterAllPromises(step);
        } catch (thrown: unknown) {
          reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
        }
      };
      setImmediate(step);
    });
  }

  /** Has happen what is due by then, and brings the time there. */
  runUntil(at: number): void {
    while (this.#next(at)) {
      // The next one.
    }
    this.now = Math.max(this.now, at);
  }

  /** @returns whether something happened */
  #next(until = Infinity): boolean {
    for (;;) {
      if ((this.#events.first?.at ?? Infinity) > until) return false;
      const happening = this.#events.pop();
      if (happening === undefined) return false;
      const { owner } = happening;
      if (happening.isCancelled || owner?.isAlive === false) continue;
      if (owner?.isPaused === true) {
        owner.hold(happening);
        continue;
      }
      this.now = Math.max(this.now, happening.at);
      this.happenings += 1;
      happening.run();
      return true;
    }
  }
}

/**
 * Calls back when no promise has anything to do any more. A tick that is asked for by a promise's
 * reaction comes after all reactions; going around the event loop for it would cost a third of a run.
 */
function afterAllPromises(then: () => void): void {
  queueMicrotask(() => process.nextTick(then));
}
