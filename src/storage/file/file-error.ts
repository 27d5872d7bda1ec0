import { NommerError, isErrnoException, received } from '../../core/errors.ts';
import { describeFailure, diskError } from '../disk-error.ts';
import { FORBIDDEN, NOT_FOUND, UNREACHABLE, type MediaField } from '../media-field.ts';

const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS', 'ELOOP', 'ENAMETOOLONG', 'EISDIR', 'EEXIST']);
const ACTS = { source_path: 'read', dest_path: 'written' } as const;
const MISSING = new Set(['ENOENT', 'ENOTDIR']);

/**
 * Makes what the file system threw about `path` the error that its submitter or operator can use.
 * @param act what was tried: completes "cannot be …"
 */
export function fileError(
  thrown: unknown,
  field: MediaField,
  path: string,
  act: string = ACTS[field],
): NommerError {
  if (thrown instanceof NommerError) return thrown;
  const code = isErrnoException(thrown) ? thrown.code : '';
  if (MISSING.has(code)) return complain(NOT_FOUND[field], 'does not exist', field, path, thrown);
  if (REFUSED.has(code)) {
    return complain(FORBIDDEN[field], `cannot be ${act} (${code})`, field, path, thrown);
  }
  const error = diskError(thrown, path, UNREACHABLE[field]);
  if (error.code === 'DISK_FULL') return error;
  return complain(error.code, `failed (${describeFailure(thrown)})`, field, path, thrown);
}

/** Whether an error of `fileError` says that there is nothing at a path inside the roots. */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof NommerError)) return false;
  return isErrnoException(error.cause) && MISSING.has(error.cause.code);
}

/** `field` may not be used as it is: `why` completes "source_path …". */
export function forbidden(field: MediaField, why: string, path: string): NommerError {
  return complain(FORBIDDEN[field], why, field, path);
}

function complain(
  code: NommerError['code'],
  why: string,
  field: MediaField,
  path: string,
  cause?: unknown,
): NommerError {
  const message = `${field} ${why}; received ${received(`file://${path}`)}`;
  return new NommerError(code, message, cause === undefined ? {} : { cause });
}
