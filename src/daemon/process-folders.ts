import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrnoException } from '../core/errors.ts';
import { pidNamespace } from './process-identity.ts';
import { processStart } from './process-start.ts';

/** By namespace, pid and start, so that another process with the same pid is not taken for this one. */
const PROCESS_FOLDER = /^(\d+)-(\d+)-(.+)$/;
/** A file in the folder of a process, whose time of change says until when the process lives at least. */
export const SIGN_OF_LIFE = 'alive-until';
/** What a process leaves that nobody here can see is dead after so long without a sign. */
const SILENT_MS = 3_600_000;

/** What the folder of this process is called. */
export function ownFolder(): string {
  return `${pidNamespace()}-${process.pid}-${processStart(process.pid)}`;
}

/** Names of the folders in `root` whose processes have ended. Containers may share it. */
export async function deadFolders(root: string): Promise<readonly string[]> {
  const names = await readdir(root).catch((thrown: unknown) => {
    if (isErrnoException(thrown) && thrown.code === 'ENOENT') return [];
    throw thrown;
  });
  const dead: string[] = [];
  for (const name of names) if (await isDead(root, name)) dead.push(name);
  return dead;
}

async function isDead(root: string, name: string): Promise<boolean> {
  const [, namespace, pid, start] = PROCESS_FOLDER.exec(name) ?? [];
  if (pid === undefined) return false;
  if (namespace === pidNamespace()) return processStart(Number(pid)) !== start;
  const folder = join(root, name);
  const times = await Promise.all([changedAt(folder), changedAt(join(folder, SIGN_OF_LIFE))]);
  return Date.now() - Math.max(...times) > SILENT_MS;
}

async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}
