const LONGEST_MS = 10_000;

/** How long the first wait is; every further one is twice as long, up to ten seconds. */
export const RETRY_DELAY_MS = 500;

/** How many failures in a row are borne before the job hears of one. */
export const MAX_FAILURES_IN_A_ROW = 5;

/**
 * Waits before try number `failures` + 1, with jitter so that many nodes do not come back at once.
 * Rejects with the signal's reason.
 */
export async function backOff(
  failures: number,
  firstDelayMs: number,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const whole = Math.min(LONGEST_MS, firstDelayMs * 2 ** (failures - 1));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, whole * (0.5 + Math.random() / 2));
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
