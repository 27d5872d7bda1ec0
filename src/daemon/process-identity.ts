import { readFileSync } from 'node:fs';

/**
 * A process by its pid and when it started (`4711-8812345`), so that a pid given to another process
 * later is not taken for it. Where the system does not tell the start (no /proc), that part is 0.
 */
export const PROCESS_IDENTITY = /^(\d+)-(\d+)$/;

export function ownIdentity(): string {
  return identityOf(process.pid) ?? `${process.pid}-0`;
}

/** The identity of a running process, or undefined when there is none with this pid. */
export function identityOf(pid: number): string | undefined {
  if (!isRunning(pid)) return undefined;
  return `${pid}-${startOf(pid)}`;
}

export function isAlive(identity: string): boolean {
  const pid = pidOf(identity);
  return pid !== undefined && identityOf(pid) === identity;
}

export function pidOf(identity: string): number | undefined {
  const [, pid] = PROCESS_IDENTITY.exec(identity) ?? [];
  return pid === undefined ? undefined : Number(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown: unknown) {
    // EPERM: it runs, as another user.
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat (proc(5)): start time in clock ticks since boot. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses and may itself hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return '0';
  }
}
