import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { NommerError, received } from '../core/errors.ts';
import { diskError } from './disk-error.ts';

/**
 * Bytes of a nommer's output that is about to be stored. Anything but a regular file is refused: what
 * a hijacked encoder left in its directory may be a link to somebody's secrets.
 */
export async function outputSize(file: string): Promise<number> {
  const found = await lstat(file).catch((thrown: unknown) => {
    throw diskError(thrown, file);
  });
  refuseUnlessRegular(found, file);
  return found.size;
}

/** @throws NommerError ENCODE_FAILED */
export function refuseUnlessRegular(found: Pick<Stats, 'isFile'>, file: string): void {
  if (found.isFile()) return;
  const message = `The output is not a regular file; received ${received(file)}`;
  throw new NommerError('ENCODE_FAILED', message);
}
