import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMediaUri } from '../../../src/core/media-uri.ts';
import { FileStorage } from '../../../src/storage/file/file-storage.ts';
import { openWorkroom } from './open-workroom.ts';

const { signal } = new AbortController();
const owner = { signal, jobId: 'job-1', attempt: 1, beforePublish: () => Promise.resolve() };
const uriOf = (path: string) => parseMediaUri(`file://${path}`, 'source_path');

async function open() {
  const room = await openWorkroom();
  const storage = new FileStorage({ fileRoots: [room.path], maxSourceBytes: 1e9 });
  return { room, storage };
}

/** The job has done nothing wrong: another node, or this one later, may do better. */
const faultOfTheNode = (file: string) => ({
  code: 'INTERNAL',
  retryable: true,
  message: expect.stringContaining(`The node cannot use its own file ${file}`) as string,
});

describe('a fault of the node’s own disk', () => {
  it.each([
    ['its folder is gone', async () => undefined],
    ['its folder is a file', (folder: string) => writeFile(folder, '')],
    [
      'something is in its place',
      (folder: string) => mkdir(join(folder, 'copy'), { recursive: true }),
    ],
  ])('is not the source’s: %s', async (_, prepare) => {
    const { room, storage } = await open();
    const { file } = await room.fill('in.mp4', 10);
    const folder = join(room.path, 'work');
    await prepare(folder);
    const copy = join(folder, 'copy');
    const outcome = storage.download(uriOf(file), copy, { signal });
    await expect(outcome).rejects.toMatchObject(faultOfTheNode(copy));
  });

  it('is not the destination’s', async () => {
    const { room, storage } = await open();
    const output = join(room.path, 'gone.mp4');
    const outcome = storage.upload(output, uriOf(join(room.path, 'out.mp4')), owner);
    await expect(outcome).rejects.toMatchObject(faultOfTheNode(output));
  });
});
