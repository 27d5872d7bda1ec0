import type { Clock } from '../core/clock.ts';
import { NommerError } from '../core/errors.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const GIVE_UP_AFTER_MS = 120_000;

/**
 * Does `act` until it answers: a machine that has just started may be without network or credentials
 * for a while, and a new one costs more than to wait.
 * @throws what `act` threw when that cannot pass, or has not within two minutes
 */
export async function untilReached<T>(act: () => Promise<T>, clock: Clock): Promise<T> {
  const giveUpAt = clock.monotonic() + GIVE_UP_AFTER_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await act();
    } catch (thrown: unknown) {
      const mayPass = thrown instanceof NommerError && thrown.retryable;
      if (!mayPass || clock.monotonic() + pauseMs > giveUpAt) throw thrown;
    }
    await clock.sleep(pauseMs);
  }
}
