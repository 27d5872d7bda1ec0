import { ERROR_CODES, NommerError, type ErrorCode } from '../core/errors.ts';
import { pause } from './pause.ts';

/** Which feederd, and how to be let in. */
export interface Feederd {
  /** Without user part, with the last slash. */
  readonly url: URL;
  readonly token: string | undefined;
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** A token may be given in the URL's user part, which fetch does not take. @throws NommerError BADINPUT */
export function parseFeederd(given: { url: string; token?: string | undefined }): Feederd {
  const url = URL.parse(given.url);
  if (url === null || !url.protocol.startsWith('http')) {
    throw new NommerError('BADINPUT', `feederd's URL is not an http URL; received "${given.url}"`);
  }
  const inUrl = decode(url.password) || decode(url.username);
  const token = given.token ?? (inUrl === '' ? undefined : inUrl);
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new NommerError(
      'BADINPUT',
      'A token is visible ASCII characters only; it is not shown here',
    );
  }
  url.username = '';
  url.password = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return { url, token };
}

/** What is no percent-encoding stands for itself. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Nobody answers, or the line breaks; feederd itself says UNAVAILABLE too, when its store is away. */
export class FeederdUnreachable extends NommerError {
  constructor(url: URL, cause: unknown) {
    super('UNAVAILABLE', `feederd at ${url.href} cannot be reached`, { cause });
  }
}

/** feederd has done nothing of a call that came too often, so any call may be made again. */
const MAX_WAITS = 5;
/** Whoever is told to wait for longer hears of it instead. */
const LONGEST_WAIT_SECONDS = 30;

/**
 * Sends one request to feederd, and again when that asks to wait a little.
 * @throws NommerError with the code feederd answered; UNAVAILABLE when it cannot be reached. What
 *   `signal` aborts rejects with its reason
 */
export async function sendRequest(
  feederd: Feederd,
  path: string,
  options: RequestOptions = {},
): Promise<Response> {
  const { signal } = options;
  for (let waits = 0; ; waits += 1) {
    const response = await sendOnce(feederd, path, options);
    if (response.ok) return response;
    const seconds = Number(response.headers.get('retry-after') ?? Infinity);
    const isPassing = response.status === 429 && seconds <= LONGEST_WAIT_SECONDS;
    if (!isPassing || waits === MAX_WAITS) throw await toError(response);
    await response.body?.cancel();
    await pause(seconds * 1000, signal);
    signal?.throwIfAborted();
  }
}

async function sendOnce(
  { url, token }: Feederd,
  path: string,
  { method = 'GET', query = {}, body, headers, signal }: RequestOptions,
): Promise<Response> {
  const target = new URL(path, url);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) target.searchParams.set(name, String(value));
  }
  return await connected(url, signal, () =>
    fetch(target, {
      method,
      headers: {
        ...headers,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    }),
  );
}

/** The same, with the answer's JSON read. The type is feederd's promise. */
export async function requestJson<Answer>(
  feederd: Feederd,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const response = await sendRequest(feederd, path, options);
  const text = await connected(feederd.url, options.signal, () => response.text());
  try {
    return JSON.parse(text) as Answer;
  } catch (thrown: unknown) {
    throw new NommerError('UNAVAILABLE', `${feederd.url.href} does not answer like feederd`, {
      cause: thrown,
    });
  }
}

/** Whatever breaks on the way is UNAVAILABLE, except what the caller broke off. */
export async function connected<Result>(
  url: URL,
  signal: AbortSignal | undefined,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (thrown: unknown) {
    if (signal?.aborted === true) throw thrown;
    throw new FeederdUnreachable(url, thrown);
  }
}

async function toError(response: Response): Promise<NommerError> {
  const text = await response.text().catch(() => '');
  const problem = parseProblem(text);
  if (problem !== undefined) return new NommerError(problem.code, problem.detail);
  const code = response.status >= 500 || response.status === 429 ? 'UNAVAILABLE' : 'INTERNAL';
  return new NommerError(
    code,
    `${response.url} answered ${response.status} ${response.statusText}`,
  );
}

function parseProblem(text: string): { code: ErrorCode; detail: string } | undefined {
  try {
    const problem: unknown = JSON.parse(text);
    if (typeof problem !== 'object' || problem === null || !('error_code' in problem)) return;
    const { error_code: code } = problem;
    if (typeof code !== 'string' || !Object.hasOwn(ERROR_CODES, code)) return;
    const detail = 'detail' in problem ? String(problem.detail) : code;
    return { code: code as ErrorCode, detail };
  } catch {
    // Not from feederd, but from something in between: the status has to do.
    return undefined;
  }
}
