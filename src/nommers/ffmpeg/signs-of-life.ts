import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

interface Run {
  readonly workDir: string;
  /** Name of the output in `workDir`, if any. */
  readonly output: string | null;
  readonly stallSeconds: number;
}

/** Waiting costs some computing too, but less than this share of the time. */
const BUSY_SHARE = 0.02;
/** What Linux counts a process's time in, on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * What an FFmpeg that reports no progress may still do: change its output (moving the index to its front
 * does so), or compute (seeking by decoding, `reverse` and `palettegen` do so, before the first frame).
 * @returns tells whether it did since it was asked last; computing counts where Linux can tell it
 */
export function signsOfLife(run: Run, pid: number | undefined): () => Promise<boolean> {
  let lastChange = 0;
  let lastComputed = 0;
  return async () => {
    const [change, computed] = await Promise.all([lastChangeOf(run), secondsComputed(pid)]);
    const isAlive = change > lastChange || computed - lastComputed >= run.stallSeconds * BUSY_SHARE;
    lastChange = change;
    lastComputed = computed;
    return isAlive;
  };
}

async function lastChangeOf({ workDir, output }: Run): Promise<number> {
  if (output === null) return 0;
  const stats = await stat(join(workDir, output)).catch(() => undefined);
  return stats?.mtimeMs ?? 0;
}

async function secondsComputed(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // After the name, which may hold anything: user and system time are the 12th and 13th.
  const [user = 0, system = 0] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / TICKS_PER_SECOND;
}
