import { stat } from 'node:fs/promises';

/**
 * Remembers which file is at a path now.
 * @returns tells whether it still is: a file that was deleted or replaced can be used on by whoever has
 *   it open, but nobody will ever find what goes in there
 */
export async function rememberFile(file: string): Promise<() => Promise<boolean>> {
  const before = await stat(file);
  return async () => {
    const now = await stat(file).catch(() => undefined);
    return now !== undefined && now.ino === before.ino && now.dev === before.dev;
  };
}
