import { NommerError, type ErrorCode } from '../core/errors.ts';
import { pause } from './pause.ts';

/** Waits between tries: long enough for a feederd that is just being restarted. */
const WAITS_MS = [200, 400, 800, 1600] as const;

const AWAY: ReadonlySet<ErrorCode> = new Set(['UNAVAILABLE', 'NO_CAPACITY']);

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
      const passes = thrown instanceof NommerError && AWAY.has(thrown.code);
      if (!passes || signal?.aborted === true) throw thrown;
    }
    await pause(waitMs, signal);
    signal?.throwIfAborted();
  }
  return await act();
}
