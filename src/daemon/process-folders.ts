import { readdir } from 'node:fs/promises';
import { isErrnoException } from '../core/errors.ts';
import { processStart } from './process-start.ts';

/** Named by pid and start, so that a pid given to another process later is not taken for this one. */
const PROCESS_FOLDER = /^(\d+)-(.+)$/;

/** What the folder of this process is called. */
export function ownFolder(): string {
  return `${process.pid}-${processStart(process.pid)}`;
}

/** Names of the folders in `root` whose processes have ended. */
export async function deadFolders(root: string): Promise<readonly string[]> {
  const names = await readdir(root).catch((thrown: unknown) => {
    if (isErrnoException(thrown) && thrown.code === 'ENOENT') return [];
    throw thrown;
  });
  return names.filter((name) => {
    const [, pid, start] = PROCESS_FOLDER.exec(name) ?? [];
    return pid !== undefined && processStart(Number(pid)) !== start;
  });
}
