import type { NommerError } from '../core/errors.ts';
import { MAX_FAILURES_IN_A_ROW, backOff } from './back-off.ts';

export interface RetryOptions {
  readonly signal: AbortSignal;
  readonly delayMs: number;
  readonly toError: (thrown: unknown) => NommerError;
}

/**
 * Does `act` again, with back-off, while it fails in a way that may pass; it must be safe to repeat.
 * @throws the signal's reason, or the last failure as `toError` makes it
 */
export async function retry<T>(act: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let failures = 1; ; failures++) {
    options.signal.throwIfAborted();
    try {
      return await act();
    } catch (thrown) {
      options.signal.throwIfAborted();
      const error = options.toError(thrown);
      if (!error.retryable || failures > MAX_FAILURES_IN_A_ROW) throw error;
    }
    await backOff(failures, options.delayMs, options.signal);
  }
}
