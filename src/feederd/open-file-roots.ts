import { realpath } from 'node:fs/promises';
import type { Logger } from '../daemon/logger.ts';

/**
 * The file roots as they are named and as they really are, links resolved: a path inside either may be
 * asked for. Warns of roots that are not there.
 */
export async function openFileRoots(
  fileRoots: readonly string[],
  logger: Logger,
): Promise<readonly string[]> {
  const real = fileRoots.map(async (root) => {
    try {
      return await realpath(root);
    } catch {
      logger.warn(`FILE_ROOTS names a folder that is not there: ${root}`);
      return root;
    }
  });
  return [...new Set([...fileRoots, ...(await Promise.all(real))])];
}
