import { NommerError, toNommerError } from '../../core/errors.ts';
import type { S3Uri } from '../../core/media-uri.ts';
import { describeFailure } from '../disk-error.ts';
import { FORBIDDEN, NOT_FOUND, UNREACHABLE, type MediaField } from '../media-field.ts';

const MISSING = new Set(['NoSuchKey', 'NoSuchBucket', 'NotFound']);
const REFUSED = new Set([
  'AccessDenied',
  'AllAccessDisabled',
  'CredentialsProviderError',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidObjectState',
  'InvalidToken',
  'SignatureDoesNotMatch',
]);
/**
 * Answered with 4xx, though they do not tell of the request: of the connection, or that somebody (a rule
 * of the bucket, another job with the same destination) ended the upload.
 */
const PASSING = new Set(['BadDigest', 'IncompleteBody', 'NoSuchUpload', 'RequestTimeout']);

/** Makes what the SDK threw the error that it means for a job. */
export function s3Error(thrown: unknown, field: MediaField, uri: S3Uri): NommerError {
  if (thrown instanceof NommerError) return thrown;
  const { name, status } = nameAndStatus(thrown);
  const why = `${field}: ${placeOf(uri)}: ${describeFailure(thrown)} (${name})`;
  const error = (code: NommerError['code'], options: { retryable?: boolean } = {}) =>
    new NommerError(code, why, { cause: thrown, ...options });

  const passing = status !== undefined && (status >= 500 || status === 408 || status === 429);
  if (passing || PASSING.has(name)) return error(UNREACHABLE[field], { retryable: true });
  if (MISSING.has(name) || status === 404) return error(NOT_FOUND[field]);
  if (REFUSED.has(name) || status === 401 || status === 403) return error(FORBIDDEN[field]);
  if (status === undefined) return error(toNommerError(thrown, UNREACHABLE[field]).code);
  return error(UNREACHABLE[field], { retryable: false });
}

/** @returns the error's name, and the status of the answer where there was one */
export function nameAndStatus(thrown: unknown): { name: string; status: number | undefined } {
  if (!(thrown instanceof Error)) return { name: '', status: undefined };
  const { $metadata: metadata } = thrown as { $metadata?: { httpStatusCode?: number } };
  return { name: thrown.name, status: metadata?.httpStatusCode };
}

/** An S3 URI as it may be shown: without credentials. */
export function placeOf(uri: S3Uri): string {
  return `s3://${uri.bucket}/${uri.key}`;
}
