/** How a daemon is told to end. */
export interface DaemonSignals {
  /** Take no more work. */
  readonly stop: AbortSignal;
  /** Drop the work in hand and hand it back. Always comes after `stop`. */
  readonly abort: AbortSignal;
}

export interface RunDaemonOptions {
  /** Between stop and abort. */
  readonly graceSeconds: number;
  readonly onSignal: (message: string) => void;
  /** @returns the exit code */
  readonly onFatal: (thrown: unknown) => number;
}

const ENDING_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** What still keeps the process alive so long after its daemon ended is a leak, not work. */
const LINGER_MS = 5000;

/**
 * Runs a daemon until it returns and sets the exit code: 0 when it ended well, 1
 * otherwise. The first signal stops, the second one (or the end of the grace period) aborts, the
 * third one exits at once.
 *
 * Written here rather than taken from close-with-grace: that ends the process on the second signal,
 * where a job has yet to be handed back.
 */
export async function runDaemon(
  daemon: (signals: DaemonSignals) => Promise<void>,
  { graceSeconds, onSignal, onFatal }: RunDaemonOptions,
): Promise<void> {
  const stop = new AbortController();
  const abort = new AbortController();
  let grace: NodeJS.Timeout | undefined;

  const end = (why: string) => {
    if (!stop.signal.aborted) {
      onSignal(`${why}: stopping`);
      stop.abort();
      grace = setTimeout(() => abort.abort(), graceSeconds * 1000);
    } else if (!abort.signal.aborted) {
      onSignal(`${why}: dropping the work in hand`);
      abort.abort();
    } else {
      process.exit(1);
    }
  };
  const fatal = (thrown: unknown) => {
    process.exitCode = onFatal(thrown);
    stop.abort();
    abort.abort();
  };

  for (const signal of ENDING_SIGNALS) process.on(signal, end);
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);
  try {
    await daemon({ stop: stop.signal, abort: abort.signal });
  } catch (thrown: unknown) {
    fatal(thrown);
  } finally {
    clearTimeout(grace);
    for (const signal of ENDING_SIGNALS) process.off(signal, end);
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}
