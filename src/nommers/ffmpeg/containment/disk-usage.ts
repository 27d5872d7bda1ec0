import { lstat, opendir } from 'node:fs/promises';
import { isErrnoException } from '../../../core/errors.ts';

/** What a folder holds. */
export interface DiskUsage {
  /** By length, of a sparse file what it occupies. */
  readonly bytes: number;
  /** By blocks: file systems reserve some ahead, and programs may, too. */
  readonly occupied: number;
  /** Names in it, those of folders and links as well. */
  readonly files: number;
}

const BLOCK_BYTES = 512;
/** What a folder is taken for that hides what is in it. */
const HIDDEN: DiskUsage = { bytes: Infinity, occupied: Infinity, files: Infinity };

/**
 * Sums up a folder and all below, links not followed. What is deeper than a path may be long, or kept from
 * its owner, counts as without end: no honest program leaves such a thing. What has no name any more is not
 * seen.
 * @param maxFiles one more than this is looked at, at most: cheap whatever the folder holds
 */
export async function diskUsage(folder: string, maxFiles: number): Promise<DiskUsage> {
  let [bytes, occupied, files] = [0, 0, 0];
  const folders = [Buffer.from(folder)];
  try {
    for (const each of folders) {
      for await (const name of namesIn(each)) {
        files += 1;
        const path = Buffer.concat([each, Buffer.from('/'), name]);
        const stats = await unlessGone(lstat(path));
        const blocks = (stats?.blocks ?? 0) * BLOCK_BYTES;
        bytes += Math.min(stats?.size ?? 0, blocks);
        occupied += blocks;
        if (files > maxFiles) return { bytes, occupied, files };
        if (stats?.isDirectory()) folders.push(path);
      }
    }
  } catch {
    return HIDDEN;
  }
  return { bytes, occupied, files };
}

async function* namesIn(folder: Buffer): AsyncGenerator<Buffer> {
  // Node gives names as they are asked for, which its types do not know.
  const entries = await unlessGone(opendir(folder, { encoding: 'buffer' as BufferEncoding }));
  for await (const { name } of entries ?? []) yield Buffer.from(name as string | Buffer);
}

/** Whoever works in a folder removes things meanwhile. */
async function unlessGone<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (thrown: unknown) {
    if (isErrnoException(thrown) && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}
