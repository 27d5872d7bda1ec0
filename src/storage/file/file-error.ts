import { NommerError, isErrnoException, received } from '../../core/errors.ts';
import { describeFailure, diskError } from '../disk-error.ts';
import { FORBIDDEN, NOT_FOUND, UNREACHABLE, type MediaField } from '../media-field.ts';

const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS', 'ELOOP', 'ENAMETOOLONG', 'EISDIR', 'EEXIST']);
const MISSING = new Set(['ENOENT', 'ENOTDIR']);

/** Makes what the file system threw about `path` the error that its submitter or operator can use. */
export function fileError(thrown: unknown, field: MediaField, path: string): NommerError {
  if (thrown instanceof NommerError) return thrown;
  const code = isErrnoException(thrown) ? thrown.code : '';
  if (MISSING.has(code)) return complain(NOT_FOUND[field], 'does not exist', field, path, thrown);
  if (REFUSED.has(code)) {
    const verb = field === 'source_path' ? 'cannot be read' : 'cannot be written';
    return complain(FORBIDDEN[field], `${verb} (${code})`, field, path, thrown);
  }
  const error = diskError(thrown, path, UNREACHABLE[field]);
  if (error.code === 'DISK_FULL') return error;
  return complain(error.code, `failed (${describeFailure(thrown)})`, field, path, thrown);
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
