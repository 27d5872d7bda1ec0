import { LatestMap } from '../../core/latest-map.ts';

export interface RateLimiterOptions {
  /** In the long run. */
  readonly perSecond: number;
  /** At once, by who has been quiet for a while. */
  readonly burst: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
}

/** So many keys are remembered: whoever comes under ever new ones must not fill the memory. */
const MAX_KEYS = 10_000;

/**
 * Says how often something may be done under a key: a leaky bucket, kept as the one time at which it
 * will have run empty.
 */
export class RateLimiter {
  readonly #intervalMs: number;
  readonly #toleranceMs: number;
  readonly #now: () => number;
  readonly #emptyAt = new LatestMap<string, number>(MAX_KEYS);

  constructor({ perSecond, burst, now }: RateLimiterOptions) {
    this.#intervalMs = 1000 / perSecond;
    this.#toleranceMs = this.#intervalMs * (burst - 1);
    this.#now = now;
  }

  /** Counts one more, if it may be. @returns 0, or the seconds until it may */
  take(key: string): number {
    const wait = this.wait(key);
    if (wait > 0) return wait;
    const now = this.#now();
    const emptyAt = Math.max(this.#emptyAt.get(key) ?? now, now) + this.#intervalMs;
    this.#emptyAt.set(key, emptyAt);
    return 0;
  }

  /** Seconds until one more may be; 0: it may now. */
  wait(key: string): number {
    const emptyAt = this.#emptyAt.get(key) ?? 0;
    return Math.max(0, emptyAt - this.#now() - this.#toleranceMs) / 1000;
  }
}
