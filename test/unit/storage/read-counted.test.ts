import { execFileSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { readCounted } from '../../../src/storage/read-counted.ts';
import { openWorkroom } from './open-workroom.ts';

const NOT_REGULAR = {
  code: 'ENCODE_FAILED',
  message: expect.stringContaining('The output is not a regular file') as string,
};
const makePipe = async (path: string) => void execFileSync('mkfifo', [path]);

describe('the stretch of an output that is read', () => {
  it('is told of chunk by chunk', async () => {
    const room = await openWorkroom();
    const { file, content } = await room.fill('out.mp4', 700_000);
    const told: number[] = [];
    const onBytes = (bytes: number) => void told.push(bytes);
    const read = await buffer(readCounted(file, { start: 100_000, bytes: 600_000, onBytes }));
    expect(read.equals(content.subarray(100_000))).toBe(true);
    expect(told).toEqual([262_144, 262_144, 75_712]);
  });

  it.each([
    ['a pipe, that nobody writes to', makePipe, NOT_REGULAR],
    ['a folder', mkdir, NOT_REGULAR],
    ['a link', (path: string) => symlink('/etc/passwd', path), { code: 'ELOOP' }],
  ])('is of no other thing that was put there meanwhile: %s', async (_what, put, refusal) => {
    const room = await openWorkroom();
    const path = join(room.path, 'out.mp4');
    await put(path);
    const reading = readCounted(path, { start: 0, bytes: 10, onBytes: () => undefined });
    await expect(buffer(reading)).rejects.toMatchObject(refusal);
  });
});
