import { dirname } from 'node:path';
import { NommerError, isErrnoException, toNommerError, type ErrorCode } from '../core/errors.ts';

/** What went wrong with the node's own `file`; a full disk is named by its folder. */
export function diskError(
  thrown: unknown,
  file: string,
  fallback: ErrorCode = 'INTERNAL',
): NommerError {
  if (isErrnoException(thrown) && (thrown.code === 'ENOSPC' || thrown.code === 'EDQUOT')) {
    return new NommerError('DISK_FULL', `No space is left in ${dirname(file)}`, { cause: thrown });
  }
  if (thrown instanceof NommerError || !isErrnoException(thrown)) {
    return toNommerError(thrown, fallback);
  }
  const message = `The node cannot use its own file ${file} (${describeFailure(thrown)})`;
  return new NommerError(fallback, message, { cause: thrown });
}

/** For a person: what a library threw, even where its message is empty (several addresses failed). */
export function describeFailure(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.message !== '') return thrown.message;
  return isErrnoException(thrown) ? thrown.code : thrown.name;
}
