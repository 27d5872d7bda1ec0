import { execa } from 'execa';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';

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
