import type { WireProblem } from '../core/api-wire.ts';
import { ERROR_CODES, type ErrorCode } from '../core/errors.ts';
import { FeederdError, FeederdUnreachable } from './feederd-error.ts';
import type { Feederd } from './parse-feederd.ts';
import { pause } from './pause.ts';

export interface RequestOptions {
  readonly method?: 'GET' | 'POST';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Until all of the answer is there, waits that feederd asks for not counted. Default: no limit. */
  readonly timeoutMs?: number;
}

/** feederd has done nothing of a call that came too often, so any call may be made again. */
const MAX_WAITS = 5;
/** Whoever is told to wait for longer hears of it instead. */
export const LONGEST_WAIT_SECONDS = 30;
/** So that those who were told the same do not all come at once. */
const SPREAD_MS = 200;

/**
 * Sends one request to feederd, and again when that asks to wait a little.
 * @throws FeederdError with the code feederd answered; UNAVAILABLE when it cannot be reached. What
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
    const seconds = retryAfterOf(response);
    const isPassing =
      response.status === 429 && seconds !== null && seconds <= LONGEST_WAIT_SECONDS;
    if (!isPassing || waits === MAX_WAITS) throw await toError(response);
    await response.body?.cancel();
    await pause(seconds * 1000 + Math.random() * SPREAD_MS, signal);
    signal?.throwIfAborted();
  }
}

async function sendOnce(
  { url, token }: Feederd,
  path: string,
  { method = 'GET', query = {}, body, headers, signal, timeoutMs }: RequestOptions,
): Promise<Response> {
  const target = new URL(path, url);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) target.searchParams.set(name, String(value));
  }
  const ends = [
    ...(signal === undefined ? [] : [signal]),
    ...(timeoutMs === undefined ? [] : [AbortSignal.timeout(timeoutMs)]),
  ];
  return await connected(url, signal, () =>
    fetch(target, {
      method,
      headers: {
        ...headers,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(ends.length > 0 && { signal: AbortSignal.any(ends) }),
    }),
  );
}

/** The same, with all of the answer read. */
export async function requestText(
  feederd: Feederd,
  path: string,
  options: RequestOptions = {},
): Promise<string> {
  const response = await sendRequest(feederd, path, options);
  return connected(feederd.url, options.signal, () => response.text());
}

/** The same, with the answer's JSON parsed. The type is feederd's promise. */
export async function requestJson<Answer>(
  feederd: Feederd,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const text = await requestText(feederd, path, options);
  try {
    return JSON.parse(text) as Answer;
  } catch (thrown: unknown) {
    throw new FeederdError('UNAVAILABLE', `${feederd.url.href} does not answer like feederd`, {
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

/** @returns null where it says nothing, or a date: those are for longer than anybody here waits */
function retryAfterOf({ headers }: Response): number | null {
  const text = headers.get('retry-after') ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

async function toError(response: Response): Promise<FeederdError> {
  const text = await response.text().catch(() => '');
  const retryAfterSeconds = retryAfterOf(response);
  const problem = parseProblem(text);
  if (problem !== null && isErrorCode(problem.error_code)) {
    const message = problem.detail ?? problem.error_code;
    return new FeederdError(problem.error_code, message, { problem, retryAfterSeconds });
  }
  const code = response.status >= 500 || response.status === 429 ? 'UNAVAILABLE' : 'INTERNAL';
  const message = `${response.url} answered ${response.status} ${response.statusText}`;
  return new FeederdError(code, message, { problem, retryAfterSeconds });
}

/** @returns null for what is not from feederd, but from something in between: the status has to do */
function parseProblem(text: string): WireProblem | null {
  try {
    const problem: unknown = JSON.parse(text);
    const isProblem = typeof problem === 'object' && problem !== null && 'error_code' in problem;
    return isProblem ? (problem as WireProblem) : null;
  } catch {
    return null;
  }
}

/** A newer feederd may have codes that are not known here. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}
