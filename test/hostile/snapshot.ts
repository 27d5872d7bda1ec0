import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Of an installation's folder: where it may change something. */
export const ITS_OWN = ['data', 'media/out'];

/** What every file below a folder is: kind, rights, owner, time of change, and for files what is in it. */
export type Snapshot = ReadonlyMap<string, string>;

/** @param left folders that are not looked into, relative to `folder` */
export async function takeSnapshot(folder: string, left: readonly string[]): Promise<Snapshot> {
  const found = new Map<string, string>();
  const look = async (path: string): Promise<void> => {
    for (const name of await readdir(join(folder, path))) {
      const inside = path === '' ? name : `${path}/${name}`;
      if (left.includes(inside)) continue;
      const file = join(folder, inside);
      const stats = await lstat(file);
      const content = stats.isFile()
        ? createHash('sha256')
            .update(await readFile(file))
            .digest('hex')
        : stats.isSymbolicLink() && (await readlink(file));
      found.set(inside, `${stats.mode} ${stats.uid} ${stats.mtimeMs} ${String(content)}`);
      if (stats.isDirectory()) await look(inside);
    }
  };
  await look('');
  return found;
}

/** Names of what is there no more, is new, or is not what it was. */
export function changesSince(before: Snapshot, now: Snapshot): readonly string[] {
  return [...new Set([...before.keys(), ...now.keys()])].filter(
    (name) => before.get(name) !== now.get(name),
  );
}
