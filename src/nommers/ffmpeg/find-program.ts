import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

/**
 * Where a program is, as an absolute path: children run with another PATH and working directory than
 * this process, so its name alone would not do.
 * @param name a name to look up in PATH, or a path
 * @returns undefined when there is no such program, or it may not be run
 */
export async function findProgram(name: string): Promise<string | undefined> {
  if (name === '') return undefined;
  // oxlint-disable-next-line eslint/no-restricted-properties -- PATH is no setting of ours
  const folders = name.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    const path = resolve(join(folder, name));
    if (await canBeRun(path)) return path;
  }
  return undefined;
}

async function canBeRun(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
