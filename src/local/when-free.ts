import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { fromSqlite, isBusy } from './sqlite-error.ts';

/** Other processes hold the lock for about a millisecond; one that holds it so long is stuck. */
const GIVE_UP_AFTER_MS = 10_000;
/** Commits that wait for no disk are over much sooner than a timer would wake. */
const SOON_MS = 0.5;

/**
 * Does `act`, again and again while another process has the data file locked. SQLite's own busy
 * handler would sleep on the thread, in growing steps; this leaves the event loop free.
 * @throws NommerError UNAVAILABLE when the lock is not given up, DISK_FULL, or what `act` throws
 */
export async function whenFree<T>(act: () => T): Promise<T> {
  const since = performance.now();
  for (;;) {
    try {
      return act();
    } catch (thrown) {
      const triedMs = performance.now() - since;
      if (!isBusy(thrown) || triedMs >= GIVE_UP_AFTER_MS) throw fromSqlite(thrown);
      // Uneven steps, so that two processes do not keep meeting.
      await (triedMs < SOON_MS ? nextTurn() : sleep(1 + Math.random() * 2));
    }
  }
}
