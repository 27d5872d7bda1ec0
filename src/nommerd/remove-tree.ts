import { randomUUID } from 'node:crypto';
import { chmod, opendir, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isErrnoException } from '../core/errors.ts';

/** Somebody may still write into it, about to end. */
const TRIES = 3;
const PAUSE_MS = 100;

/**
 * Removes a folder, if there is one, whatever a hostile program has made in it: trees deeper than a path may
 * be long, folders that their owner may not look into, names that are no text, millions of files. Links
 * are removed and not followed.
 */
export async function removeTree(dir: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await removeOnce(dir);
      return;
    } catch (thrown: unknown) {
      if (tries === TRIES || !isErrnoException(thrown) || thrown.code !== 'ENOTEMPTY') throw thrown;
      await pause(PAUSE_MS);
    }
  }
}

/** Every folder is moved to the top before it is looked into, so that no path gets long. */
async function removeOnce(dir: string): Promise<void> {
  if (!(await isOpened(dir))) return;
  const folders = [dir];
  const moved = new Set<string>();
  for (const folder of folders) {
    for await (const { name, isFolder } of entriesOf(folder)) {
      if (folder === dir && moved.has(name.toString())) continue;
      const path = Buffer.concat([Buffer.from(`${folder}/`), name]);
      if (!isFolder) {
        await unlink(path);
        continue;
      }
      // Moving it changes what is in it, its parent: that takes a right to it.
      await chmod(path, 0o700);
      const top = randomUUID();
      moved.add(top);
      await rename(path, join(dir, top));
      folders.push(join(dir, top));
    }
    if (folder !== dir) await rmdir(folder);
  }
  await rmdir(dir);
}

async function isOpened(dir: string): Promise<boolean> {
  try {
    await chmod(dir, 0o700);
    return true;
  } catch (thrown: unknown) {
    if (isErrnoException(thrown) && thrown.code === 'ENOENT') return false;
    throw thrown;
  }
}

async function* entriesOf(folder: string) {
  // Node gives names as they are asked for, which its types do not know.
  const entries = await opendir(folder, { encoding: 'buffer' as BufferEncoding });
  for await (const entry of entries) {
    yield { name: Buffer.from(entry.name as string | Buffer), isFolder: entry.isDirectory() };
  }
}
