import { access, constants } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

/**
 * A name for the output of somebody's own file that is not taken: beside the file, or in `fallbackDir`
 * where its folder may not be written.
 */
export async function chooseOutputFile(
  source: string,
  { suffix, fallbackDir }: { suffix: string; fallbackDir: string },
): Promise<string> {
  const beside = dirname(source);
  const dir = (await can(beside, constants.W_OK | constants.X_OK)) ? beside : fallbackDir;
  const base = basename(source, extname(source));
  for (let number = 1; ; number += 1) {
    const counted = number === 1 ? '' : `-${number}`;
    const file = join(dir, `${base}.${suffix}${counted}.mp4`);
    if (!(await can(file, constants.F_OK))) return file;
  }
}

function can(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
