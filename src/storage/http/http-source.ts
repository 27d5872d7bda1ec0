import type { Dispatcher } from 'undici';
import { NommerError, received } from '../../core/errors.ts';
import type { Opened, RemoteSource } from '../fetch-to-file.ts';
import { networkError, placeOf, statusError } from './http-error.ts';
import { discard, sendRequest } from './send-request.ts';

type OpenRequest = Parameters<RemoteSource['open']>[0];

/** A source behind a URL, resumed by Range and If-Range. Redirects are followed anew at each try. */
export class HttpSource implements RemoteSource {
  readonly place: string;
  readonly #url: URL;
  readonly #dispatcher: Dispatcher;

  constructor(url: URL, dispatcher: Dispatcher) {
    this.#url = url;
    this.#dispatcher = dispatcher;
    this.place = placeOf(url);
  }

  async open({ from, validator, signal }: OpenRequest): Promise<Opened> {
    const range: Record<string, string> =
      from > 0 && validator !== null ? { range: `bytes=${from}-`, 'if-range': validator } : {};
    const answer = await sendRequest(this.#dispatcher, {
      method: 'GET',
      url: this.#url,
      headers: { 'accept-encoding': 'identity', ...range },
      field: 'source_path',
      signal,
    });
    const current = validatorOf(answer);
    if (answer.statusCode === 200) {
      return {
        body: answer.body,
        startsAt: 0,
        totalBytes: number(answer.headers['content-length']),
        validator: current,
      };
    }
    await this.#refuseStrange(answer, { from, signal });
    const totalBytes = rangeTotal(answer, from);
    if (totalBytes === undefined || (current !== null && current !== validator)) {
      await discard(answer, signal); // not the rest of what we have: all of it, then
      return this.open({ from: 0, validator: null, signal });
    }
    return { body: answer.body, startsAt: from, totalBytes, validator };
  }

  toError(thrown: unknown): NommerError {
    return networkError(thrown, 'source_path', this.place);
  }

  /** Lets only the answers to a Range through: the rest of it, or "there is no such range". */
  async #refuseStrange(
    answer: Dispatcher.ResponseData,
    { from, signal }: { from: number; signal: AbortSignal },
  ): Promise<void> {
    if (from > 0 && (answer.statusCode === 206 || answer.statusCode === 416)) return;
    await discard(answer, signal);
    throw statusError(answer.statusCode, 'source_path', this.place);
  }
}

/** If-Range takes a strong ETag or a date; a weak ETag promises no equal bytes. */
function validatorOf({ headers }: Dispatcher.ResponseData): string | null {
  const { etag, 'last-modified': modified } = headers;
  if (typeof etag === 'string' && etag.startsWith('"')) return etag;
  return typeof modified === 'string' ? modified : null;
}

/** The whole's length (null = not told) when this is its rest from `from` on, else undefined. */
function rangeTotal(answer: Dispatcher.ResponseData, from: number): number | null | undefined {
  const range = String(answer.headers['content-range'] ?? '');
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range) ?? [];
  if (answer.statusCode !== 206 || Number(start) !== from) return undefined;
  return total === '*' ? null : number(total);
}

function number(text: string | string[] | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new NommerError('SOURCE_UNREACHABLE', `A length is no number; received ${received(text)}`);
}
