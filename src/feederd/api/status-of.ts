import type { ErrorCode } from '../../core/errors.ts';

/** The HTTP status that tells each error in today's family of calls. The only such mapping. */
export const STATUS_OF = {
  BADINPUT: 400,
  BAD_URI: 422,
  UNSUPPORTED_SCHEME: 422,
  UNKNOWN_NOMMER: 422,
  UNKNOWN_PRESET: 422,
  BAD_OPTION: 422,
  UNKNOWN_JOB: 404,
  UNKNOWN_NOTIFICATION: 404,
  ALREADY_FINISHED: 409,
  NOT_RETRYABLE: 409,
  IDEMPOTENCY_MISMATCH: 422,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NO_SUCH_CALL: 404,
  TOO_LARGE: 413,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,

  // What follows ends jobs rather than calls; a call that met one would be the request's fault …
  SOURCE_NOT_FOUND: 422,
  SOURCE_FORBIDDEN: 422,
  SOURCE_INCOMPLETE: 422,
  SOURCE_TOO_LARGE: 422,
  SOURCE_NOT_MEDIA: 422,
  DEST_FORBIDDEN: 422,
  ENCODE_FAILED: 422,
  OUTPUT_INCOMPLETE: 422,
  UNDELIVERABLE: 409,
  ABANDONED: 409,
  // … or the installation's.
  SOURCE_UNREACHABLE: 503,
  DEST_UNREACHABLE: 503,
  DISK_FULL: 503,
  NODE_LOST: 503,
  FFMPEG_MISSING: 500,
  ENCODE_CRASHED: 500,
  ENCODE_STALLED: 500,
  BAD_SETTING: 500,
} as const satisfies Record<ErrorCode, number>;
