export interface Interrupt extends Disposable {
  /** Aborts at the first Ctrl-C (or SIGTERM, or a closed terminal). The second one ends the process. */
  readonly signal: AbortSignal;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Takes Ctrl-C for something to finish in order, until it is disposed of. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const handle = () => {
    release();
    controller.abort();
  };
  const release = () => {
    for (const signal of SIGNALS) process.off(signal, handle);
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  return { signal: controller.signal, [Symbol.dispose]: release };
}
