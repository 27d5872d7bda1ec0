import type { Clock } from '../core/clock.ts';
import { NommerError } from '../core/errors.ts';

/**
 * Waits for `work` no longer than `ms`. It goes on all the same; what it still does counts, only nobody
 * here waits for it.
 * @param who whose answer it is, for the message
 * @throws NommerError UNAVAILABLE when there is no answer by then
 */
export async function inTime<T>(
  work: Promise<T>,
  { ms, clock, who }: { readonly ms: number; readonly clock: Clock; readonly who: string },
): Promise<T> {
  const answered = new AbortController();
  const late = clock.sleep(ms, answered.signal).then(() => {
    throw new NommerError('UNAVAILABLE', `${who} gave no answer within ${ms / 1000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    answered.abort();
  }
}
