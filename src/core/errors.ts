import { redact } from './redact.ts';

/**
 * Every error code that a caller or a job can show. `retryable` says whether the same thing may succeed
 * when it is tried again later without anybody changing anything.
 */
export const ERROR_CODES = {
  BADINPUT: { retryable: false, meaning: 'The request is not what the call takes.' },
  BAD_URI: { retryable: false, meaning: 'A media URI or notify_url is malformed.' },
  UNSUPPORTED_SCHEME: { retryable: false, meaning: 'No storage backend takes this URI scheme.' },
  ADDRESS_FORBIDDEN: {
    retryable: false,
    meaning: 'A URL leads to an address that is neither public nor in HTTP_ALLOWED_NETWORKS.',
  },
  UNKNOWN_NOMMER: { retryable: false, meaning: 'No nommer of this name is registered.' },
  UNKNOWN_PRESET: { retryable: false, meaning: 'No preset of this name is known.' },
  BAD_OPTION: { retryable: false, meaning: 'A job option is malformed or not allowed.' },
  UNKNOWN_JOB: { retryable: false, meaning: 'There is no job with this id.' },
  JOB_UNREADABLE: {
    retryable: false,
    meaning: 'The job is stored in a form that cannot be read: restore it, or delete it.',
  },
  ALREADY_FINISHED: { retryable: false, meaning: 'The job has ended; it cannot be cancelled.' },
  UNKNOWN_NOTIFICATION: {
    retryable: false,
    meaning: 'The job has no notification of this id, or has it no more.',
  },
  UNKNOWN_OUTPUT: {
    retryable: false,
    meaning: 'The job has no such output, or none that feederd can show.',
  },
  NOT_RETRYABLE: { retryable: false, meaning: 'Only ERROR, ABANDONED and CANCELLED jobs retry.' },
  IDEMPOTENCY_MISMATCH: { retryable: false, meaning: 'This key came before with another request.' },
  UNAUTHORIZED: { retryable: false, meaning: 'No valid API token was given.' },
  FORBIDDEN: { retryable: false, meaning: 'The caller may not make this request.' },
  NO_SUCH_CALL: { retryable: false, meaning: 'There is no such path or method.' },
  TOO_LARGE: { retryable: false, meaning: 'The request body is over the limit.' },
  RATE_LIMITED: { retryable: true, meaning: 'Too many requests; wait as Retry-After says.' },
  NO_CAPACITY: { retryable: true, meaning: 'AWS has none of the wanted instances for now.' },
  UNAVAILABLE: { retryable: true, meaning: 'The job store or a queue cannot be reached.' },
  INTERNAL: {
    retryable: true,
    meaning: 'A fault of media-nommer itself; its log has the details.',
  },

  SOURCE_NOT_FOUND: { retryable: false, meaning: 'There is nothing at source_path.' },
  SOURCE_FORBIDDEN: { retryable: false, meaning: 'source_path may not be read.' },
  SOURCE_UNREACHABLE: { retryable: true, meaning: 'The server of source_path did not deliver.' },
  SOURCE_INCOMPLETE: { retryable: true, meaning: 'The source ended before its promised length.' },
  SOURCE_TOO_LARGE: { retryable: false, meaning: 'The source is over the size limit.' },
  SOURCE_NOT_MEDIA: { retryable: false, meaning: 'FFmpeg finds no media in the source.' },
  DEST_FORBIDDEN: { retryable: false, meaning: 'dest_path may not be written.' },
  DEST_UNREACHABLE: {
    retryable: true,
    meaning: 'The server of dest_path did not take the output.',
  },
  DISK_FULL: { retryable: true, meaning: 'A disk has no room for the source or the output.' },
  SECRETS_SEALED: {
    retryable: true,
    meaning: 'SECRETS_KEYS lacks the key that the credentials of the job were encrypted with.',
  },
  FFMPEG_MISSING: { retryable: true, meaning: 'FFmpeg or ffprobe cannot be run on the node.' },
  ENCODE_FAILED: { retryable: false, meaning: 'The nommer could not make the output.' },
  ENCODE_LIMIT: {
    retryable: false,
    meaning: 'FFmpeg took all the time, memory, disk or processes that a job may take.',
  },
  ENCODE_CRASHED: { retryable: true, meaning: 'The encoder was killed by a signal.' },
  ENCODE_STALLED: { retryable: true, meaning: 'The encoder made no progress and was killed.' },
  OUTPUT_INCOMPLETE: { retryable: false, meaning: 'The output is empty or shorter than expected.' },
  NODE_LOST: { retryable: true, meaning: 'The node stopped renewing its lease: crash or cut-off.' },
  UNDELIVERABLE: {
    retryable: false,
    meaning: 'Nodes received the job again and again, and none could even begin it.',
  },
  ABANDONED: { retryable: false, meaning: 'Nobody worked on the job for too long.' },

  BAD_SETTING: { retryable: false, meaning: 'A setting is unknown or has a wrong value.' },
} as const satisfies Record<string, { retryable: boolean; meaning: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * The one error class: a code from `ERROR_CODES` and a message for a person, which ends with what was
 * received where that helps. A message never holds a credential: it is redacted here.
 */
export class NommerError extends Error {
  override readonly name = 'NommerError';
  readonly code: ErrorCode;
  readonly retryable: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; retryable?: boolean } = {},
  ) {
    super(redact(message), 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.retryable = options.retryable ?? ERROR_CODES[code].retryable;
  }
}

/** Turns whatever was thrown into a `NommerError`; what is not one yet becomes `fallback`. */
export function toNommerError(thrown: unknown, fallback: ErrorCode = 'INTERNAL'): NommerError {
  if (thrown instanceof NommerError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (isErrnoException(thrown) && (thrown.code === 'ENOSPC' || thrown.code === 'EDQUOT')) {
    return new NommerError('DISK_FULL', `No space left on the disk: ${message}`, { cause: thrown });
  }
  return new NommerError(fallback, message, { cause: thrown });
}

/** Whether `thrown` is an error of the operating system with its `code` (ENOENT, EACCES, …). */
export function isErrnoException(thrown: unknown): thrown is Error & { code: string } {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string';
}

/** More than this is not looked through for the sake of a message. */
const MAX_SHOWN_OF = 8192;

/** How what was received looks in a message: JSON, secrets hidden, shortened; of much only the length. */
export function received(value: unknown): string {
  const text = asText(value);
  if (text.length > MAX_SHOWN_OF) {
    return `${Array.isArray(value) ? 'list' : typeof value} of ${text.length} characters`;
  }
  const safe = redact(text);
  return safe.length > 120 ? `${safe.slice(0, 117)}…` : safe;
}

function asText(value: unknown): string {
  if (value === undefined) return 'nothing';
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    // A circular object, or a bigint.
    return typeof value;
  }
}
