import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Clock } from '../core/clock.ts';
import type { Logger } from './logger.ts';
import { runEvery } from './run-every.ts';

const runFile = promisify(execFile);

/** systemd-notify waits until systemd has read what it says: on a stuck machine that may be never. */
const NOTIFY_TIMEOUT_MS = 10_000;

export interface NotifySystemdOptions {
  /** What systemd has put into the environment; all of it may be missing. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly stop: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Runs a daemon and tells systemd when it is ready (when it calls `onReady`), that it still lives, and
 * that it stops: sd_notify(3), by systemd-notify(1), because Node knows no datagram sockets of Unix. A unit
 * needs NotifyAccess=all for it. Does nothing more where systemd has not started this very process.
 */
export async function notifySystemd(
  daemon: (onReady: () => void) => Promise<void>,
  { variables, stop, clock, logger }: NotifySystemdOptions,
): Promise<void> {
  if (!isForThisProcess(variables)) return daemon(() => undefined);

  const ended = new AbortController();
  const told: Promise<void>[] = [];
  const tell = (state: string) => {
    told.push(
      runNotify(state).catch((thrown: unknown) =>
        logger.error({ err: thrown, state }, 'cannot tell systemd'),
      ),
    );
  };
  const onReady = () => {
    tell('READY=1');
    const seconds = pingSeconds(variables);
    if (seconds === undefined) return;
    const options = { signal: ended.signal, clock, logger };
    told.push(runEvery('watchdog', seconds, () => runNotify('WATCHDOG=1'), options));
  };
  const onStop = () => tell('STOPPING=1');
  stop.addEventListener('abort', onStop);
  try {
    await daemon(onReady);
  } finally {
    stop.removeEventListener('abort', onStop);
    ended.abort();
    await Promise.all(told);
  }
}

/** A child of the unit's process, such as a node on feederd's machine, inherits what is not for it. */
function isForThisProcess(variables: NotifySystemdOptions['variables']): boolean {
  const { NOTIFY_SOCKET: socket, SYSTEMD_EXEC_PID: pid } = variables;
  return socket !== undefined && socket !== '' && pid === String(process.pid);
}

/** Half of what systemd allows, as sd_watchdog_enabled(3) recommends. */
function pingSeconds(variables: NotifySystemdOptions['variables']): number | undefined {
  const microseconds = Number(variables['WATCHDOG_USEC']);
  const isForUs = variables['WATCHDOG_PID'] === String(process.pid);
  return isForUs && microseconds > 0 ? microseconds / 2_000_000 : undefined;
}

async function runNotify(state: string): Promise<void> {
  await runFile('systemd-notify', [state], { timeout: NOTIFY_TIMEOUT_MS });
}
