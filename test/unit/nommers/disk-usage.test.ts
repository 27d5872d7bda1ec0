import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { diskUsage } from '../../../src/nommers/ffmpeg/containment/disk-usage.ts';
import { removeTree } from '../../../src/nommerd/remove-tree.ts';

const MIB = 2 ** 20;
const HIDDEN = { bytes: Infinity, occupied: Infinity, files: Infinity };

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'media-nommer-usage-'));
  onTestFinished(() => removeTree(dir));
});

it('sums up all files below a folder, by what they really have', async () => {
  await mkdir(join(dir, 'in/in'), { recursive: true });
  await writeFile(join(dir, 'one'), Buffer.alloc(MIB, 1));
  await writeFile(join(dir, 'in/in/two'), Buffer.alloc(2 * MIB, 1));
  await writeFile(Buffer.from(`${dir}/\xff`, 'latin1'), Buffer.alloc(MIB, 1));
  await writeFile(join(dir, 'sparse'), '');
  await truncate(join(dir, 'sparse'), 1000 * MIB);
  await symlink('/usr', join(dir, 'link'));
  const { bytes, occupied, files } = await diskUsage(dir, 100);
  expect(files).toBe(7);
  expect(bytes).toBeGreaterThanOrEqual(4 * MIB);
  expect(bytes).toBeLessThan(4.1 * MIB);
  expect(occupied).toBeGreaterThanOrEqual(4 * MIB);
});

it('looks at no more names than it was told', async () => {
  for (const name of 'abcdefgh') await writeFile(join(dir, name), '');
  expect(await diskUsage(dir, 8)).toMatchObject({ files: 8 });
  expect(await diskUsage(dir, 3)).toMatchObject({ files: 4 });
});

it('finds nothing in a folder that is gone', async () => {
  await rm(dir, { recursive: true });
  expect(await diskUsage(dir, 9)).toEqual({ bytes: 0, occupied: 0, files: 0 });
});

it('takes folders for endless that are deeper than a path may be long', async () => {
  const digging = 'chdir shift; for (1..20) { mkdir "d" x 250; chdir "d" x 250 }';
  execFileSync('/usr/bin/perl', ['-e', digging, dir]);
  expect(await diskUsage(dir, 100)).toEqual(HIDDEN);
});

it.runIf(process.getuid?.() !== 0)(
  'takes folders for endless that nobody may look into',
  async () => {
    await mkdir(join(dir, 'closed'));
    await chmod(join(dir, 'closed'), 0);
    expect(await diskUsage(dir, 100)).toEqual(HIDDEN);
  },
);
