import type { ErrorCode } from '../../../core/errors.ts';
import { STATUS_OF } from '../status-of.ts';
import type { Call } from './call.ts';

/** What calls that ask the job store, a queue or the nodes may fail by. */
export const STORE_ERRORS = ['UNAVAILABLE', 'INTERNAL'] as const;

/** What calls about one job may fail by. */
export const JOB_ERRORS = ['UNKNOWN_JOB', 'JOB_UNREADABLE', ...STORE_ERRORS] as const;

/** Foreign web pages and too many requests are refused wherever they come. */
const ANY_CALL = ['FORBIDDEN', 'RATE_LIMITED'] as const;

/** HTTP's own status of a body whose Content-Type is none that is read. */
const UNKNOWN_TYPE = 415;

/**
 * Everything that a call may answer when something is wrong: HTTP statuses, and which `error_code`s come
 * with each.
 */
export function errorsOf(call: Call): ReadonlyMap<number, readonly ErrorCode[]> {
  const found = new Map<number, ErrorCode[]>();
  const add = (status: number, code: ErrorCode) => {
    const codes = found.get(status) ?? [];
    if (!codes.includes(code)) found.set(status, [...codes, code]);
  };
  if (call.access !== 'open') add(STATUS_OF.UNAUTHORIZED, 'UNAUTHORIZED');
  if (call.family === 'calls of 2012') {
    add(STATUS_OF.FORBIDDEN, 'FORBIDDEN');
    return found;
  }
  for (const code of [...ANY_CALL, ...call.errors]) add(STATUS_OF[code], code);
  if (call.params !== undefined) add(STATUS_OF.BADINPUT, 'BADINPUT');
  if (call.method !== 'GET') {
    add(STATUS_OF.BADINPUT, 'BADINPUT');
    add(STATUS_OF.TOO_LARGE, 'TOO_LARGE');
    add(UNKNOWN_TYPE, 'BADINPUT');
  }
  return new Map([...found].toSorted(([one], [other]) => one - other));
}

/** The `error_code`s that a call of 2012 tells with a 200. */
export function failuresOf(call: Call): readonly ErrorCode[] {
  const scoped = call.access === 'open' ? [] : (['FORBIDDEN'] as const);
  return [
    ...new Set<ErrorCode>([...call.errors, 'BADINPUT', 'TOO_LARGE', ...scoped, 'RATE_LIMITED']),
  ];
}
