import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { NommerError, received } from '../../core/errors.ts';
import { UNREACHABLE, type MediaField } from '../media-field.ts';
import { placeOf } from './http-error.ts';

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Those that ask for the same method and body elsewhere; a PUT follows no others. */
const SAME_METHOD = new Set([307, 308]);

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Makes the body anew for every request it takes. */
  readonly body?: () => Readable;
  readonly field: MediaField;
  readonly signal: AbortSignal;
}

/**
 * Sends a request and follows up to five redirects, to http and https only. The user part of a URL
 * becomes Basic authorization for its own origin and no other.
 */
export async function sendRequest(
  dispatcher: Dispatcher,
  request: HttpRequest,
): Promise<Dispatcher.ResponseData> {
  let { url } = request;
  for (let redirects = 0; ; redirects++) {
    const answer = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: { 'user-agent': 'media-nommer', ...request.headers, ...authorization(url) },
      body: request.body?.() ?? null,
      signal: request.signal,
    });
    const followed = request.method === 'PUT' ? SAME_METHOD : REDIRECTS;
    const { location } = answer.headers;
    if (!followed.has(answer.statusCode) || typeof location !== 'string') return answer;
    await discard(answer, request.signal);
    if (redirects === MAX_REDIRECTS) throw redirectError(request, 'redirects too often', location);
    url = nextUrl(location, url, request);
  }
}

/** Reads a body that nobody wants, if it is short, so that the connection can be used again. */
export async function discard(answer: Dispatcher.ResponseData, signal: AbortSignal): Promise<void> {
  await answer.body.dump({ limit: 64 * 1024, signal });
}

function nextUrl(location: string, from: URL, request: HttpRequest): URL {
  const next = URL.parse(location, from.href);
  if (next === null || !/^https?:$/.test(next.protocol)) {
    throw redirectError(request, 'redirects to something that is not http(s)', location);
  }
  if (next.origin === from.origin && next.username === '') {
    next.username = from.username;
    next.password = from.password;
  }
  return next;
}

function redirectError(request: HttpRequest, why: string, location: string): NommerError {
  const shown = received(location.replace(/[?#].*$/s, ''));
  const message = `${request.field}: ${placeOf(request.url)} ${why}; received ${shown}`;
  return new NommerError(UNREACHABLE[request.field], message, { retryable: false });
}

function authorization(url: URL): Record<string, string> {
  if (url.username === '' && url.password === '') return {};
  const user = `${unescape(url.username)}:${unescape(url.password)}`;
  return { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
}

function unescape(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
