import { STATUS_CODES } from 'node:http';
import { unescape } from 'node:querystring';
import type { WireProblem } from '../../core/api-wire.ts';
import { ERROR_CODES, NommerError, type ErrorCode } from '../../core/errors.ts';
import { redact } from '../../core/redact.ts';
import { RateLimited } from './rate-limited.ts';
import { STATUS_OF } from './status-of.ts';

const MAX_LENGTH = 300;

/** What an answer tells of an error: never a stack, a secret or the inside of a fault of our own. */
export interface Complaint {
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: string;
  /** When the same call may succeed. */
  readonly retryAfterSeconds?: number;
}

/** How soon to look again for a store that is away. */
const UNAVAILABLE_SECONDS = 5;

/** Turns whatever a call threw, our own errors and Fastify's, into what may be told of it. */
export function toComplaint(thrown: unknown): Complaint {
  if (thrown instanceof NommerError) {
    const status = STATUS_OF[thrown.code];
    // Of all faults of our own the one that somebody can mend who knows the job.
    if (status === 500 && thrown.code !== 'JOB_UNREADABLE') return fault();
    const complaint = { code: thrown.code, status, message: thrown.message };
    if (thrown.code === 'UNAVAILABLE') {
      return { ...complaint, retryAfterSeconds: UNAVAILABLE_SECONDS };
    }
    if (!(thrown instanceof RateLimited)) return complaint;
    return { ...complaint, retryAfterSeconds: thrown.retryAfterSeconds };
  }
  const status = statusCodeOf(thrown);
  if (status === undefined || !(thrown instanceof Error)) return fault();
  const message = status === 415 ? 'The Content-Type must be application/json' : thrown.message;
  return { code: codeOf(status), status, message: shorten(redact(message)) };
}

/** RFC 9457 problem details. @param url of the request; its query is left out */
export function toProblem({ code, status, message }: Complaint, url: string): WireProblem {
  const [path = '/'] = url.split(/[?#]/, 1);
  return {
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    instance: shorten(shownPath(path)),
    error_code: code,
  };
}

function fault(): Complaint {
  return { code: 'INTERNAL', status: STATUS_OF.INTERNAL, message: ERROR_CODES.INTERNAL.meaning };
}

/** Whoever takes a URI for an id sends it percent-encoded, credentials and all. */
function shownPath(path: string): string {
  const decoded = unescape(path);
  return redact(decoded) === decoded ? redact(path) : redact(decoded);
}

/** Paths are as long as the caller likes. */
function shorten(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

/** Fastify's own refusals (no such path, too large, unknown type, …) carry their 4xx status. */
function statusCodeOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return undefined;
  const { statusCode } = thrown;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
    ? statusCode
    : undefined;
}

function codeOf(status: number): ErrorCode {
  if (status === 413) return 'TOO_LARGE';
  if (status === 404 || status === 405) return 'NO_SUCH_CALL';
  return 'BADINPUT';
}
