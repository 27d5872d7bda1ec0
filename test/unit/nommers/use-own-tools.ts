import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

export interface OwnTools {
  /** Puts a program there that is this shell script. */
  readonly withTool: (name: string, script: string) => Promise<void>;
  /** Where something of this name is, or would be. */
  readonly at: (name: string) => string;
}

/** Has each test of a file run with a PATH of its own, in which there is a shell and nothing else. */
export function useOwnTools(): OwnTools {
  let bin: string;
  beforeEach(async () => {
    bin = await mkdtemp(join(tmpdir(), 'media-nommer-tools-'));
    vi.stubEnv('PATH', bin);
    await symlink('/bin/sh', join(bin, 'sh'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    await rm(bin, { recursive: true });
  });
  return {
    withTool: async (name, script) => {
      await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, name), 0o755);
    },
    at: (name) => join(bin, name),
  };
}
