import { readdir, readFile, stat } from 'node:fs/promises';
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

/** Of the process and of all that it has started: FFmpeg itself is a grandchild where it is contained. */
async function secondsComputed(root: number | undefined): Promise<number> {
  if (root === undefined) return 0;
  // Elsewhere than on Linux there is none.
  const names = await readdir('/proc').catch(() => []);
  const all = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(lookAt));
  const childrenOf = Map.groupBy(all, ({ parent }) => parent);
  const family = all.filter(({ id }) => id === root);
  for (const { id } of family) family.push(...(childrenOf.get(id) ?? []));
  return family.reduce((sum, { seconds }) => sum + seconds, 0);
}

async function lookAt(id: string): Promise<{ id: number; parent: number; seconds: number }> {
  const text = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
  // After the name, which may hold anything: the parent is the 2nd, user and system time are the 12th and
  // 13th, and the 14th and 15th those of children that have ended.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = fields.slice(11, 15).reduce((sum, each) => sum + each, 0);
  return { id: Number(id), parent: fields[1] ?? 0, seconds: ticks / TICKS_PER_SECOND };
}
