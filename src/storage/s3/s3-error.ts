import { NommerError, toNommerError } from '../../core/errors.ts';
import type { S3Uri } from '../../core/media-uri.ts';
import { describeFailure } from '../disk-error.ts';
import { FORBIDDEN, NOT_FOUND, UNREACHABLE, type MediaField } from '../media-field.ts';

const MISSING = new Set(['NoSuchKey', 'NoSuchBucket', 'NotFound']);
const REFUSED = new Set([
  'AccessDenied',
  'AllAccessDisabled',
  'InvalidAccessKeyId',
  'InvalidObjectState',
  'SignatureDoesNotMatch',
]);
/**
 * Of credentials that come from a role, a profile or a file: those of a URI or of the settings have neither
 * a provider nor a token. Whoever gives them out may do so again.
 */
const WITHOUT_CREDENTIALS = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidToken',
  'TokenProviderError',
  'TokenRefreshRequired',
]);
/**
 * Answered with 4xx, though they do not tell of the request: of the connection, or that somebody (a rule
 * of the bucket, another job with the same destination) ended the upload, or is at work on the same.
 */
const PASSING = new Set([
  'BadDigest',
  'IncompleteBody',
  'NoSuchUpload',
  'OperationAborted',
  'RequestTimeout',
]);

const NO_CREDENTIALS = 'this node could not get valid credentials for S3';

/** Makes what the SDK threw the error that it means for a job. */
export function s3Error(thrown: unknown, field: MediaField, uri: S3Uri): NommerError {
  if (thrown instanceof NommerError) return thrown;
  const { name, status } = nameAndStatus(thrown);
  const noCredentials = WITHOUT_CREDENTIALS.has(name);
  const said = `${describeFailure(thrown)} (${name})`;
  const why = `${field}: ${placeOf(uri)}: ${noCredentials ? `${NO_CREDENTIALS}: ${said}` : said}`;
  const error = (code: NommerError['code'], options: { retryable?: boolean } = {}) =>
    new NommerError(code, why, { cause: thrown, ...options });

  const passing = status !== undefined && (status >= 500 || status === 408 || status === 429);
  if (passing || noCredentials || PASSING.has(name))
    return error(UNREACHABLE[field], { retryable: true });
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
