import { NommerError } from '../core/errors.ts';
import { pause } from './pause.ts';

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 10_000;

/**
 * Goes through `connect()`'s items, and connects again when they end or break off, for as long as it
 * takes. What is not passing, and whatever breaks before the first item of all, is thrown. Ends quietly
 * when `signal` aborts, or when `isDone` says so between two connections.
 */
export async function* stayConnected<Item>(
  connect: () => AsyncIterable<Item>,
  signal: AbortSignal | undefined,
  isDone: () => boolean = () => false,
): AsyncGenerator<Item, void> {
  let hasBegun = false;
  let longestMs = FIRST_WAIT_MS;
  for (;;) {
    try {
      for await (const item of connect()) {
        hasBegun = true;
        longestMs = FIRST_WAIT_MS;
        yield item;
      }
    } catch (thrown: unknown) {
      if (signal?.aborted === true) return;
      const isPassing = thrown instanceof NommerError && thrown.retryable && hasBegun;
      if (!isPassing) throw thrown;
    }
    if (isDone()) return;
    await pause(longestMs * (0.5 + Math.random() / 2), signal);
    if (signal?.aborted === true) return;
    longestMs = Math.min(longestMs * 2, MAX_WAIT_MS);
  }
}
