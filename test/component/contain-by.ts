import { execa } from 'execa';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, vi } from 'vitest';
import { FFmpegNommer } from '../../src/nommers/ffmpeg/ffmpeg-nommer.ts';
import { openDirectory } from './nom-a-file.ts';

/** What each level is made of; of the better ones, something is missing. */
const TOOLS = {
  bubblewrap: ['bwrap', 'unshare', 'setpriv', 'prlimit'],
  namespaces: ['unshare', 'setpriv', 'prlimit'],
  limits: ['setpriv', 'prlimit'],
  none: [],
} as const;

export type Level = keyof typeof TOOLS;

/** A machine that has only what this level is made of, and FFmpeg. Undone by `vi.unstubAllEnvs`. */
export async function containBy(level: Level, directory: string): Promise<void> {
  const bin = join(directory, `bin-${level}`);
  await mkdir(bin);
  for (const name of [...TOOLS[level], 'sh', 'ffmpeg', 'ffprobe']) {
    const { stdout } = await execa('sh', ['-c', 'command -v "$1"', 'sh', name], { reject: false });
    if (stdout !== '') await symlink(stdout, join(bin, name));
  }
  vi.stubEnv('PATH', bin);
}

/** What this machine reaches with all that it has; tests of what it cannot do are left out by name. */
export async function levelsHere(): Promise<readonly Level[]> {
  const reached: Level[] = [];
  for (const level of ['bubblewrap', 'namespaces', 'limits'] as const) {
    await containBy(level, await openDirectory(afterAll));
    const nommer = new FFmpegNommer({
      ffmpegPath: 'ffmpeg',
      ffprobePath: 'ffprobe',
      ffmpegStallSeconds: 60,
    });
    const { containment } = await nommer.prepare();
    vi.unstubAllEnvs();
    if (containment.level === level) reached.push(level);
  }
  return reached;
}
