import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMediaUri } from '../../../src/core/media-uri.ts';
import { FileStorage } from '../../../src/storage/file/file-storage.ts';
import { openWorkroom } from './open-workroom.ts';

/** A root with media, and a directory beside it that is not one. */
async function open() {
  const [room, outside] = await Promise.all([openWorkroom(), openWorkroom()]);
  const root = join(room.path, 'media');
  await mkdir(root);
  const storage = new FileStorage({ fileRoots: [root], maxSourceBytes: 100 });
  const { signal } = new AbortController();
  const look = (path: string) => storage.stat(parseMediaUri(`file://${path}`, ''), { signal });
  return { look, root, outside };
}

describe('a look at a file:// destination', () => {
  it('tells the size of what is there, and that there is nothing', async () => {
    const { look, root } = await open();
    await writeFile(join(root, 'a.mp4'), '12345');
    expect(await look(join(root, 'a.mp4'))).toEqual({ bytes: 5, publishedBy: null });
    for (const missing of ['none.mp4', 'none/none.mp4', 'a.mp4/none.mp4']) {
      expect(await look(join(root, missing))).toBeUndefined();
    }
  });

  it('is refused outside the roots, whether anything is there or not', async () => {
    const { look, root, outside } = await open();
    const { file } = await outside.fill('secret.mp4', 10);
    await symlink(file, join(root, 'way-out.mp4'));
    const places = [file, `${outside.path}/none.mp4`, `${outside.path}/none/none.mp4`];
    for (const path of [...places, join(root, 'way-out.mp4')]) {
      await expect(look(path)).rejects.toMatchObject({
        code: 'DEST_FORBIDDEN',
        message: expect.stringContaining('dest_path is outside FILE_ROOTS') as string,
      });
    }
  });

  it('opens no pipe and no folder', async () => {
    const { look, root } = await open();
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await mkdir(join(root, 'folder'));
    for (const name of ['pipe', 'folder']) {
      await expect(look(join(root, name))).rejects.toMatchObject({
        code: 'DEST_FORBIDDEN',
        message: expect.stringContaining('dest_path is not a regular file') as string,
      });
    }
  });
});
