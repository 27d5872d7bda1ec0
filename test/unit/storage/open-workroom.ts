import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface Workroom {
  readonly path: string;
  /** Makes a file of random bytes. */
  fill(name: string, bytes: number): Promise<{ file: string; content: Buffer }>;
  /** Every name in it, at any depth. */
  names(): Promise<string[]>;
}

/** A directory that is gone after the test that asked for it. */
export async function openWorkroom(): Promise<Workroom> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'media-nommer-storage-')));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return {
    path,
    async fill(name, bytes) {
      const file = join(path, name);
      const content = randomBytes(bytes);
      await writeFile(file, content);
      return { file, content };
    },
    async names() {
      return (await readdir(path, { recursive: true })).toSorted();
    },
  };
}
