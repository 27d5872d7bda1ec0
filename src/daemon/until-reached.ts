import type { Clock } from '../core/clock.ts';
import { NommerError } from '../core/errors.ts';

export interface UntilReachedOptions {
  readonly clock: Clock;
  /** Default: never. */
  readonly giveUpAfterMs?: number;
  readonly signal?: AbortSignal;
  /** Told of every try that failed and may pass. */
  readonly onFailure?: (error: NommerError) => void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Does `act` until it answers, longer and longer apart: what it needs may be away for a while, and comes
 * back.
 * @throws what `act` threw when that cannot pass, has not passed in time, or `signal` is aborted
 */
export async function untilReached<T>(
  act: () => Promise<T>,
  { clock, giveUpAfterMs = Infinity, signal, onFailure }: UntilReachedOptions,
): Promise<T> {
  const giveUpAt = clock.monotonic() + giveUpAfterMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await act();
    } catch (thrown: unknown) {
      const mayPass = thrown instanceof NommerError && thrown.retryable;
      if (!mayPass || clock.monotonic() + pauseMs > giveUpAt || signal?.aborted) throw thrown;
      onFailure?.(thrown);
    }
    await clock.sleep(pauseMs, signal);
  }
}
