import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi, type TestContext } from 'vitest';
import { NommerError } from '../../../src/core/errors.ts';
import { DiskGuard } from '../../../src/nommerd/disk-guard.ts';
import { AttemptRoom } from './attempt-room.ts';

const MIB = 2 ** 20;
const FULL = { code: 'DISK_FULL', retryable: true };

/** A guard that keeps half of a disk of 16 MiB, and attempts on it. */
async function openDisk(context: TestContext) {
  const disk = await mkdtemp(join(tmpdir(), 'media-nommer-guard-'));
  onTestFinished(() => rm(disk, { recursive: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk], { stdio: 'pipe' });
  } catch {
    context.skip('needs the right to mount a small file system');
  }
  onTestFinished(() => void execFileSync('umount', [disk]));
  const guard = new DiskGuard({ dir: disk, reserveBytes: 8 * MIB });
  const begin = async (name: string) => {
    const dir = join(disk, name);
    await mkdir(dir);
    const attempt = await guard.admit(dir);
    onTestFinished(() => attempt[Symbol.dispose]());
    return attempt;
  };
  const fill = (name: string, mib: number) =>
    writeFile(join(disk, name), Buffer.alloc(mib * MIB, 1));
  return { disk, begin, fill };
}

const toBeEnded = (attempt: { readonly signal: AbortSignal }) =>
  vi.waitFor(() => expect(attempt.signal.reason).toMatchObject(FULL), 10_000);

describe('the guard of a disk', { timeout: 30_000 }, () => {
  it('ends the attempt that has taken most, and that one alone', async (context) => {
    const { disk, begin, fill } = await openDisk(context);
    const small = await begin('small');
    const large = await begin('large');
    await fill('small/source', 2);
    await fill('large/source', 8);
    await toBeEnded(large);
    expect(small.signal.aborted).toBe(false);
    await expect(begin('next')).rejects.toMatchObject(FULL);

    await rm(join(disk, 'large'), { recursive: true });
    large[Symbol.dispose]();
    const other = await begin('other');
    await fill('other/source', 7);
    await toBeEnded(other);
    expect(small.signal.aborted).toBe(false);
  });

  it('sees what has no name any more', async (context) => {
    const { disk, begin } = await openDisk(context);
    const attempt = await begin('attempt');
    const hidden = await open(join(disk, 'attempt/hidden'), 'wx');
    await rm(join(disk, 'attempt/hidden'));
    await hidden.writeFile(Buffer.alloc(9 * MIB));
    await toBeEnded(attempt);
    expect((await hidden.stat()).nlink).toBe(0);
    await hidden.close();
  });

  it('lets its attempt be tried again, and looks after it until all is tidied up', async () => {
    const room = await AttemptRoom.open();
    const ending = new AbortController();
    let isOver = false;
    const diskGuard = {
      admit: async () => ({ signal: ending.signal, [Symbol.dispose]: () => void (isOver = true) }),
    };
    Object.assign(room.parts, { diskGuard });
    const { running } = await room.start();
    ending.abort(new NommerError('DISK_FULL', 'The disk is nearly full'));
    await running;
    expect(room.nommer.stopped).toBe(true);
    expect(isOver).toBe(true);
    expect(await room.job()).toMatchObject({ jobState: 'PENDING', errorCode: 'DISK_FULL' });
  });
});
