import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isErrnoException } from '../core/errors.ts';

/** What systems without /proc say of every process that runs. */
const UNKNOWN_START = 'unknown';

/**
 * When the process with this pid started, in a form that no other process with the same pid has, after a
 * reboot neither; undefined when there is none, or only what is left of one that has ended.
 */
export function processStart(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) {
    return hasProc() || !takesSignals(pid) ? undefined : UNKNOWN_START;
  }
  // proc(5): the second field is the program's name in parentheses, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTicks = fields[19];
  if (state === 'Z' || state === 'X') return undefined;
  const boot = readIfThere('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return `${boot}:${startTicks}`;
}

/** The process that was started with `words` as neighbours among its arguments, if /proc tells. */
export function findProcess(...words: readonly string[]): number | undefined {
  if (!hasProc()) return undefined;
  const wanted = `\0${words.join('\0')}\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => readIfThere(`/proc/${pid}/cmdline`)?.includes(wanted));
}

function hasProc(): boolean {
  return existsSync('/proc/self/stat');
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Ended in the meantime, or not for us to see: then it is no process of ours.
    return undefined;
  }
}

function takesSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return isErrnoException(thrown) && thrown.code === 'EPERM';
  }
}
