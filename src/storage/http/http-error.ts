import { NommerError, toNommerError } from '../../core/errors.ts';
import { describeFailure } from '../disk-error.ts';
import { FORBIDDEN, NOT_FOUND, UNREACHABLE, type MediaField } from '../media-field.ts';

const GONE = new Set([404, 410]);
const REFUSED = new Set([401, 403, 407]);
const PASSING = new Set([408, 425, 429]);

/** What a server's answer other than success means for a job. */
export function statusError(status: number, field: MediaField, place: string): NommerError {
  const message = `${field}: ${place} answered with HTTP status ${status}`;
  if (GONE.has(status)) return new NommerError(NOT_FOUND[field], message);
  if (REFUSED.has(status)) return new NommerError(FORBIDDEN[field], message);
  if (status >= 500 || PASSING.has(status)) return new NommerError(UNREACHABLE[field], message);
  if (field === 'dest_path') {
    return new NommerError('DEST_FORBIDDEN', `${message}: it does not take a PUT there`);
  }
  return new NommerError('SOURCE_UNREACHABLE', message, { retryable: false });
}

/** What a failed connection means for a job. */
export function networkError(thrown: unknown, field: MediaField, place: string): NommerError {
  if (thrown instanceof NommerError) {
    if (thrown.code !== 'ADDRESS_FORBIDDEN') return thrown;
    const forbidden = `${field}: ${thrown.message}; received ${place}`;
    return new NommerError(thrown.code, forbidden, { cause: thrown });
  }
  const { code } = toNommerError(thrown, UNREACHABLE[field]);
  const message = `${field}: ${place} cannot be reached: ${describeFailure(thrown)}`;
  return new NommerError(code, message, { cause: thrown });
}

/** A URL as it may be shown: no user part, and no query, where signatures live. */
export function placeOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
