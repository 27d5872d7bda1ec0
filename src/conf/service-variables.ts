import type { Variables } from './find-given.ts';

/** systemd.exec(5) and sd_notify(3): what a service manager tells a process that it has started. */
const NAMES = ['NOTIFY_SOCKET', 'SYSTEMD_EXEC_PID', 'WATCHDOG_PID', 'WATCHDOG_USEC'] as const;

/** Of the process's environment, what a service manager has put there; empty where there is none. */
export function serviceVariables(env: Variables = process.env): Variables {
  return Object.fromEntries(NAMES.map((name) => [name, env[name]]));
}
