import { resolve } from 'node:path';
import { execa } from 'execa';
import { NommerError } from '../../core/errors.ts';

/**
 * Where a program is, as an absolute path: children run with another PATH and working directory than
 * this process, so its name alone would not do.
 * @param name a name to look up in PATH, or a path
 * @returns undefined when there is no such program, or it may not be run
 * @throws NommerError INTERNAL when this machine can start nothing just now
 */
export async function findProgram(name: string): Promise<string | undefined> {
  const result = await execa('sh', ['-c', 'command -v -- "$1"', 'sh', name], {
    reject: false,
    stdin: 'ignore',
  });
  if (result.exitCode === undefined) {
    const message = `The node could not look for ${name}: ${result.originalMessage}`;
    throw new NommerError('INTERNAL', message, { cause: result });
  }
  const path = result.stdout.trim();
  return result.failed || !path.includes('/') ? undefined : resolve(path);
}
