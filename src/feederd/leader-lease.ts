import type { Clock } from '../core/clock.ts';
import type { LeaderRecord, Leadership } from '../core/ports.ts';
import type { Logger } from '../daemon/logger.ts';

export interface LeaderLeaseParts {
  readonly leadership: Leadership;
  /** Who this feederd is, among all that ever were. */
  readonly self: string;
  /** Whether it is known that a feederd runs no more. */
  readonly isGone: (holder: string) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A leader that has not been heard of for so long leads no more. */
const LEASE_MS = 15_000;
const RENEW_MS = 5000;
/** Part of the lease at whose end a leader that is not confirmed steps down, before others may lead. */
const FENCE_MARGIN = 0.2;

/**
 * Of all feederds of an installation one leads. It shows that it lives by raising the term again and
 * again; who sees the same term for a whole lease, on its own monotonic clock, takes over. So no two
 * machines' clocks are ever compared. A leader that is cut off or stood still stops by itself; should
 * two lead for a moment, that does no harm, for every change is compared and set.
 */
export class LeaderLease {
  readonly #parts: LeaderLeaseParts;
  #hasLed = false;

  constructor(parts: LeaderLeaseParts) {
    this.#parts = parts;
  }

  /** Whether it led until it was stopped. */
  get hasLed(): boolean {
    return this.#hasLed;
  }

  /**
   * Does `work` whenever this feederd leads, and for as long, until `stop`.
   * @param work ends soon after its signal is aborted
   */
  async run(work: (signal: AbortSignal) => Promise<void>, stop: AbortSignal): Promise<void> {
    const { logger } = this.#parts;
    while (!stop.aborted) {
      const term = await this.#campaign(stop);
      if (term === undefined) return;
      logger.info({ term }, 'this feederd leads');
      const leading = new AbortController();
      const working = work(AbortSignal.any([stop, leading.signal]));
      const last = await this.#hold(term, stop);
      this.#hasLed = last !== undefined;
      if (!stop.aborted) logger.warn('this feederd leads no more');
      leading.abort();
      await working;
      if (last !== undefined) await this.#stepDown(last);
    }
  }

  /** Waits until this feederd leads. @returns its first term; undefined when stopped before */
  async #campaign(stop: AbortSignal): Promise<number | undefined> {
    const { leadership, self, isGone, clock, logger } = this.#parts;
    let seen: { readonly term: number; readonly since: number } | undefined;
    while (!stop.aborted) {
      try {
        const record = await leadership.read();
        const { holder, term } = record ?? { holder: null, term: 0 };
        if (seen?.term !== term) seen = { term, since: clock.monotonic() };
        const isFree =
          holder === null ||
          holder === self ||
          isGone(holder) ||
          clock.monotonic() - seen.since >= LEASE_MS;
        const next = { holder: self, term: term + 1 };
        if (isFree && (await leadership.replace(next))) return next.term;
      } catch (thrown: unknown) {
        logger.warn({ err: thrown }, 'cannot tell who leads; looking again');
      }
      await clock.sleep(RENEW_MS, stop);
    }
    return undefined;
  }

  /** Goes on leading until `stop`. @returns the latest term; undefined when it is lost */
  async #hold(first: number, stop: AbortSignal): Promise<number | undefined> {
    const { clock, logger } = this.#parts;
    let term = first;
    let confirmedAt = clock.monotonic();
    while (!stop.aborted) {
      await clock.sleep(RENEW_MS, stop);
      const askedAt = clock.monotonic();
      const leftMs = confirmedAt + LEASE_MS * (1 - FENCE_MARGIN) - askedAt;
      if (leftMs <= 0) return undefined;
      if (stop.aborted) break;
      try {
        const renewed = await this.#renewWithin(leftMs, term);
        if (renewed === undefined) return undefined;
        term = renewed;
        confirmedAt = askedAt;
      } catch (thrown: unknown) {
        logger.warn({ err: thrown }, 'cannot confirm that this feederd leads; trying on');
      }
    }
    return term;
  }

  /** A call that hangs must not make two lead. @returns as #renew; undefined also when it takes too long */
  async #renewWithin(ms: number, term: number): Promise<number | undefined> {
    const heard = new AbortController();
    const overdue = this.#parts.clock.sleep(ms, heard.signal).then(() => undefined);
    try {
      return await Promise.race([this.#renew(term), overdue]);
    } finally {
      heard.abort();
    }
  }

  /** @returns the new term; undefined when somebody else leads */
  async #renew(term: number): Promise<number | undefined> {
    const { leadership, self } = this.#parts;
    if (await leadership.replace({ holder: self, term: term + 1 })) return term + 1;
    // An answer may have got lost: then the stored record is ours, and a term ahead.
    const stored: LeaderRecord | undefined = await leadership.read();
    return stored?.holder === self ? stored.term : undefined;
  }

  async #stepDown(term: number): Promise<void> {
    const { leadership, logger } = this.#parts;
    try {
      await leadership.replace({ holder: null, term: term + 1 });
    } catch (thrown: unknown) {
      logger.warn({ err: thrown }, 'could not step down; the next leader waits for a while');
    }
  }
}
