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
  return new NommerError(UNREACHABLE[field], message, { retryable: false });
}

/** The same of its answer to an output. */
export function putError(status: number, place: string): NommerError {
  const error = statusError(status, 'dest_path', place);
  if (error.code !== 'DEST_UNREACHABLE' || error.retryable) return error;
  return new NommerError('DEST_FORBIDDEN', `${error.message}: it does not take a PUT there`);
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
