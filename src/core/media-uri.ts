import { NommerError, received } from './errors.ts';
import { redact } from './redact.ts';

/** Where a media file is, taken apart. `text` may hold credentials: show it only through `redact`. */
export type MediaUri = S3Uri | FileUri | HttpUri | OtherUri;

export interface S3Uri {
  readonly scheme: 's3';
  readonly text: string;
  readonly bucket: string;
  readonly key: string;
  /** From `s3://ID:SECRET@BUCKET/KEY`; null = the usual credential chain. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}

export interface FileUri {
  readonly scheme: 'file';
  readonly text: string;
  /** Absolute, percent-decoded, without `.` and `..`. Links in it are not resolved yet. */
  readonly path: string;
}

export interface HttpUri {
  readonly scheme: 'http' | 'https';
  readonly text: string;
  readonly url: URL;
}

/** A scheme of a user's own storage backend, which takes `rest` apart itself. */
export interface OtherUri {
  readonly scheme: string;
  readonly text: string;
  /** What follows `scheme://`. */
  readonly rest: string;
  readonly custom: true;
}

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is;
const CREDENTIALS = /^([^:/@]+):([^@]+)@(.*)$/s;
/** What `redact` makes of a user part, with nothing left of it. */
const HIDDEN_USER_PART = /^[a-z][a-z0-9+.-]*:\/+\*\*\*@(?![^/?#]*@)/i;
const BUCKET = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i;
const MAX_URI_LENGTH = 4096;

/**
 * Takes a media URI apart by hand, because S3 secrets hold characters that no URL parser takes.
 * @param field the name of the request's field, for the message
 * @throws NommerError BAD_URI
 */
export function parseMediaUri(text: string, field: string): MediaUri {
  const bad = (why: string) =>
    new NommerError('BAD_URI', `${field} ${why}; received ${received(withoutUserPart(text))}`);

  if (text.length > MAX_URI_LENGTH) {
    throw new NommerError(
      'BAD_URI',
      `${field} is longer than ${MAX_URI_LENGTH} characters; received ${text.length}`,
    );
  }
  if (decode(text).includes('\0')) throw bad('contains a NUL character');
  const [, rawScheme, rest] = SCHEME.exec(text) ?? [];
  if (rawScheme === undefined || rest === undefined) {
    throw bad('has no scheme: give file:///…, http(s)://… or s3://BUCKET/KEY');
  }

  const scheme = rawScheme.toLowerCase();
  if (hasUserPart(scheme, text, rest) && !HIDDEN_USER_PART.test(redact(text))) {
    throw bad('has characters in its user part that must be percent-encoded');
  }
  switch (scheme) {
    case 's3':
      return parseS3(text, rest, bad);
    case 'file':
      return parseFile(text, rest, bad);
    case 'http':
    case 'https':
      return { scheme, text, url: parseUrl(text, bad) };
    default:
      return { scheme, text, rest, custom: true };
  }
}

type Complaint = (why: string) => NommerError;

function parseS3(text: string, rest: string, bad: Complaint): S3Uri {
  const [, id, secret, place] = CREDENTIALS.exec(rest) ?? [];
  const bucketAndKey = place ?? rest;
  const slash = bucketAndKey.indexOf('/');
  const bucket = slash < 0 ? bucketAndKey : bucketAndKey.slice(0, slash);
  const key = slash < 0 ? '' : bucketAndKey.slice(slash + 1);
  if (!BUCKET.test(bucket)) throw bad('has no valid bucket name');
  if (key === '' || key.endsWith('/')) throw bad('names no object: the key is missing');
  const credentials =
    id === undefined || secret === undefined
      ? null
      : { accessKeyId: decode(id), secretAccessKey: decode(secret) };
  return { scheme: 's3', text, bucket, key, credentials };
}

function parseFile(text: string, rest: string, bad: Complaint): FileUri {
  const slash = rest.indexOf('/');
  const host = rest.slice(0, Math.max(slash, 0));
  if (slash < 0 || (host !== '' && host !== 'localhost')) {
    throw bad('must be file:/// and an absolute path on this machine');
  }
  const path = decode(rest.slice(slash));
  const segments = path.split('/');
  if (segments.includes('..')) throw bad('may not contain ".."');
  if (path.endsWith('/')) throw bad('names a folder, not a file');
  const clean = segments.filter((segment) => segment !== '' && segment !== '.');
  return { scheme: 'file', text, path: `/${clean.join('/')}` };
}

function parseUrl(text: string, bad: Complaint): URL {
  if (!URL.canParse(text)) throw bad('is not a valid URL');
  return new URL(text);
}

/** What `redact` cannot hide is not taken. A URL's parser finds user parts behind any number of slashes. */
function hasUserPart(scheme: string, text: string, rest: string): boolean {
  if (scheme === 'file') return false;
  if (!/^https?$/.test(scheme)) return CREDENTIALS.test(rest) || /^[^/?#]*@/.test(rest);
  const url = URL.parse(text);
  return /^[^/?#]*@/.test(rest) || (url !== null && `${url.username}${url.password}` !== '');
}

/** For messages about a URI that is too odd for `redact`, or none at all. */
function withoutUserPart(text: string): string {
  if (/^file:\/\//i.test(text)) return text.replace(/^(file:\/\/)[^/]*@/i, '$1***@');
  const end = text.lastIndexOf('@');
  if (!text.slice(0, Math.max(end, 0)).includes(':')) return text;
  const [start = ''] = /^[^:@]*:\/\//.exec(text) ?? [];
  return `${start}***${text.slice(end)}`;
}

/** Percent-decodes where that is possible and leaves everything else as it is (`100%.mp4`). */
function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
