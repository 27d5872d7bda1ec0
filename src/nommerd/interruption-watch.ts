import type { Clock } from '../core/clock.ts';
import type { NodeCondition } from '../core/node-state.ts';
import type { Logger } from '../daemon/logger.ts';
import { runEvery } from '../daemon/run-every.ts';

/** Tells what the provider of this machine has in mind for it. */
export interface InterruptionSource {
  poll(): Promise<InterruptionOutlook>;
}

/** `rebalance`: an interruption is likely. With a time: it comes then, in milliseconds since the epoch. */
export type InterruptionOutlook = 'none' | 'rebalance' | InterruptionNotice;

export interface InterruptionNotice {
  /** What happens to the machine: terminate, stop or hibernate. */
  readonly action: string;
  readonly at: number;
}

export interface InterruptionWatchParts {
  readonly source: InterruptionSource;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** AWS advises to ask every five seconds. */
const POLL_SECONDS = 5;
/** Handing work back takes a few seconds; nobody else may be left waiting for a lease to run out. */
const HAND_OVER_MS = 30_000;

/**
 * Watches for the interruption of a spot instance. At the first sign of one, `stop` aborts: the node
 * takes no more jobs, ends those it has and leaves. What is not done shortly before the machine goes has
 * to be handed back: then `abort` aborts.
 */
export class InterruptionWatch {
  readonly #parts: InterruptionWatchParts;
  readonly #stop = new AbortController();
  readonly #abort = new AbortController();
  #notice: InterruptionNotice | undefined;
  #failsInARow = 0;

  constructor(parts: InterruptionWatchParts) {
    this.#parts = parts;
  }

  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  get abort(): AbortSignal {
    return this.#abort.signal;
  }

  /** What the node is, as far as this watch knows. */
  get condition(): NodeCondition {
    if (this.#notice !== undefined) return 'TERMINATING';
    return this.#stop.signal.aborted ? 'DRAINING' : 'ACTIVE';
  }

  /** Watches until `ended` aborts. Also after `stop`: a notice may follow a recommendation. */
  async run(ended: AbortSignal): Promise<void> {
    const { clock, logger } = this.#parts;
    await runEvery('interruption', POLL_SECONDS, () => this.#look(), {
      signal: ended,
      clock,
      logger,
    });
  }

  async #look(): Promise<void> {
    const { logger } = this.#parts;
    const outlook = await this.#poll();
    if (outlook === 'rebalance') {
      if (!this.#stop.signal.aborted) logger.warn('an interruption is likely: no more jobs here');
      this.#stop.abort();
    } else if (outlook !== 'none') {
      if (this.#notice === undefined) {
        logger.warn({ ...outlook }, 'this node is going to be interrupted: no more jobs here');
      }
      this.#notice = outlook;
      this.#stop.abort();
    }
    if (this.#notice !== undefined) this.#dropInTime(this.#notice);
  }

  /** The metadata server being away for a moment is no news; what it said before holds. */
  async #poll(): Promise<InterruptionOutlook> {
    const { source, logger } = this.#parts;
    try {
      const outlook = await source.poll();
      this.#failsInARow = 0;
      return outlook;
    } catch (thrown: unknown) {
      this.#failsInARow += 1;
      if (this.#failsInARow === 1) {
        logger.warn({ err: thrown }, 'cannot ask whether this node is interrupted; trying on');
      }
      return 'none';
    }
  }

  /** Hibernation begins with its notice; the other actions at their time. */
  #dropInTime({ action, at }: InterruptionNotice): void {
    const leftMs = at - HAND_OVER_MS - this.#parts.clock.now();
    const isDue = action === 'hibernate' || leftMs < POLL_SECONDS * 1000;
    if (!isDue || this.#abort.signal.aborted) return;
    this.#parts.logger.warn('handing back what is not done');
    this.#abort.abort();
  }
}
