import { execFileSync } from 'node:child_process';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { parseMediaUri } from '../../../src/core/media-uri.ts';
import { FileStorage } from '../../../src/storage/file/file-storage.ts';
import { HttpStorage } from '../../../src/storage/http/http-storage.ts';
import { loopbackGuard } from '../../doubles/loopback.ts';
import { openWorkroom } from './open-workroom.ts';
import { startHttpServer } from './start-http-server.ts';

const MIB = 1024 * 1024;
const { signal } = new AbortController();
const owner = { signal, jobId: 'job-1', attempt: 1, beforePublish: () => Promise.resolve() };
const uriOf = (path: string) => parseMediaUri(`file://${path}`, 'source_path');

/** A directory on a file system of 1 MiB, beside one with room. */
async function open(context: TestContext) {
  const room = await openWorkroom();
  const small = join(room.path, 'small');
  await mkdir(small);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small], { stdio: 'pipe' });
  } catch {
    context.skip('needs the right to mount a small file system');
  }
  onTestFinished(() => void execFileSync('umount', [small]));
  const full = {
    code: 'DISK_FULL',
    retryable: true,
    message: expect.stringContaining(small) as string,
  };
  const storage = new FileStorage({ fileRoots: [room.path], maxSourceBytes: 100 * MIB });
  return { room, small, storage, full };
}

describe('a full disk', () => {
  it('is named by its folder and keeps nothing of a copy', async (context) => {
    const { room, small, storage, full } = await open(context);
    const { file } = await room.fill('big.mp4', 5 * MIB);
    await expect(
      storage.download(uriOf(file), join(small, 'copy'), { signal }),
    ).rejects.toMatchObject(full);
    await expect(storage.upload(file, uriOf(join(small, 'a.mp4')), owner)).rejects.toMatchObject(
      full,
    );
    expect(await readdir(small)).toEqual([]);
  });

  it('ends a download at once, as asking again would not help', async (context) => {
    const { small, full } = await open(context);
    const server = await startHttpServer((_request, response) => {
      response.end(Buffer.alloc(5 * MIB));
    });
    const http = new HttpStorage({
      maxSourceBytes: 9 * MIB,
      stallSeconds: 10,
      retryDelayMs: 1,
      guard: loopbackGuard,
    });
    const uri = parseMediaUri(server.url, 'source_path');
    await expect(http.download(uri, join(small, 'copy'), { signal })).rejects.toMatchObject(full);
    expect(server.requests).toHaveLength(1);
    expect(await readdir(small)).toEqual([]);
  });

  it('takes what still fits, though no link leads from one file system to another', async (context) => {
    const { room, small, storage } = await open(context);
    const { file, content } = await room.fill('small.mp4', 1000);
    const there = join(small, 'fits.mp4');
    await storage.upload(file, uriOf(there), owner);
    expect(content.equals(await readFile(there))).toBe(true);
    expect(await readdir(small)).toEqual(['fits.mp4']);
  });
});
