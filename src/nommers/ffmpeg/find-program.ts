import { resolve } from 'node:path';
import { execa } from 'execa';

/**
 * Where a program is, as an absolute path: children run with another PATH and working directory than
 * this process, so its name alone would not do.
 * @param name a name to look up in PATH, or a path
 * @returns undefined when there is no such program, or it may not be run
 */
export async function findProgram(name: string): Promise<string | undefined> {
  const { stdout, failed } = await execa('sh', ['-c', 'command -v -- "$1"', 'sh', name], {
    reject: false,
    stdin: 'ignore',
  });
  const path = stdout.trim();
  return failed || !path.includes('/') ? undefined : resolve(path);
}
