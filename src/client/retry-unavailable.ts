import { NommerError } from '../core/errors.ts';

/** Waits between tries: long enough for a feederd that is just being restarted. */
const WAITS_MS = [200, 400, 800, 1600] as const;

/**
 * Repeats what failed because feederd or its store could not be reached. Only for what may be done
 * twice without harm.
 */
export async function retryUnavailable<Result>(
  act: () => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (const waitMs of WAITS_MS) {
    try {
      return await act();
    } catch (thrown: unknown) {
      const passes =
        thrown instanceof NommerError && thrown.retryable && thrown.code !== 'INTERNAL';
      if (!passes || signal?.aborted === true) throw thrown;
    }
    await pause(waitMs, signal);
    signal?.throwIfAborted();
  }
  return await act();
}

/** Resolves after `ms`, or at once when `signal` aborts. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener('abort', wake);
  });
}
