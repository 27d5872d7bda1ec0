import type { Caller } from './caller.ts';
import { RateLimited } from './rate-limited.ts';

const RETRY_SECONDS = 5;

/** How many event streams each caller has open. */
export class StreamSlots {
  readonly #max: number;
  readonly #open = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** @returns what gives the slot back @throws RateLimited when the caller has all that it may have */
  take({ limitKey }: Caller): () => void {
    if (limitKey === null) return () => {};
    const open = this.#open.get(limitKey) ?? 0;
    if (open >= this.#max) {
      throw new RateLimited(
        `${this.#max} event streams are open, and no more may be`,
        RETRY_SECONDS,
      );
    }
    this.#open.set(limitKey, open + 1);
    return () => {
      const left = (this.#open.get(limitKey) ?? 1) - 1;
      if (left > 0) this.#open.set(limitKey, left);
      else this.#open.delete(limitKey);
    };
  }
}
