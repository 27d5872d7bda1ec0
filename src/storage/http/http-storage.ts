import type { Dispatcher } from 'undici';
import { NommerError, received } from '../../core/errors.ts';
import type { HttpUri, MediaUri } from '../../core/media-uri.ts';
import type {
  DownloadOptions,
  StorageBackend,
  StoredFile,
  UploadOptions,
} from '../../core/storage-backend.ts';
import type { AddressGuard } from '../../net/address-guard.ts';
import { RETRY_DELAY_MS } from '../back-off.ts';
import { contentType } from '../content-type.ts';
import { fetchToFile } from '../fetch-to-file.ts';
import { UNREACHABLE, type MediaField } from '../media-field.ts';
import { outputSize } from '../output-size.ts';
import { readCounted } from '../read-counted.ts';
import { retry } from '../retry.ts';
import { watchStall, type StallLimit } from '../stall-watch.ts';
import { untilAborted } from '../until-aborted.ts';
import { networkError, placeOf, putError, statusError } from './http-error.ts';
import { HttpSource } from './http-source.ts';
import { discard, sendRequest } from './send-request.ts';

export interface HttpStorageOptions {
  readonly maxSourceBytes: number;
  readonly stallSeconds: number;
  /** Wait before the first retry; default 500. */
  readonly retryDelayMs?: number;
  readonly guard: AddressGuard;
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * `http://` and `https://`: sources by GET, outputs by one PUT with their length, as presigned URLs of
 * object stores take them (those show an object only when it is whole). No note of whose output it is
 * can be kept there.
 */
export class HttpStorage implements StorageBackend {
  readonly #options: Required<HttpStorageOptions>;
  #dispatcher: Promise<Dispatcher> | undefined;

  constructor(options: HttpStorageOptions) {
    this.#options = { retryDelayMs: RETRY_DELAY_MS, ...options };
  }

  async download(uri: MediaUri, file: string, options: DownloadOptions): Promise<void> {
    const source = new HttpSource(httpUri(uri).url, await this.#open());
    await fetchToFile(source, file, { ...options, ...this.#options });
  }

  async upload(file: string, uri: MediaUri, options: UploadOptions): Promise<void> {
    const { url } = httpUri(uri);
    const size = await outputSize(file);
    const dispatcher = await this.#open();
    options.signal.throwIfAborted();
    await untilAborted(options.beforePublish(), options.signal);
    await retry(() => this.#put(file, { url, size, dispatcher }, options), {
      signal: options.signal,
      delayMs: this.#options.retryDelayMs,
      toError: (thrown) => networkError(thrown, 'dest_path', placeOf(url)),
    });
  }

  async #put(
    file: string,
    { url, size, dispatcher }: { url: URL; size: number; dispatcher: Dispatcher },
    { signal, onProgress }: UploadOptions,
  ): Promise<void> {
    const limit = this.#stallLimit(url, 'dest_path', signal);
    const { statusCode } = await watchStall(limit, async (watch) => {
      const body = () => {
        let sent = 0;
        const onBytes = (bytes: number) => {
          watch.moved(bytes);
          sent += bytes;
          onProgress?.({ bytes: sent, totalBytes: size });
        };
        return readCounted(file, { start: 0, bytes: size, onBytes });
      };
      const headers = { 'content-length': `${size}`, 'content-type': contentType(url.pathname) };
      const request = { method: 'PUT', url, headers, body, field: 'dest_path' } as const;
      const answer = await sendRequest(dispatcher, { ...request, signal: watch.signal });
      await discard(answer, watch.signal);
      return answer;
    });
    if (statusCode >= 300) throw putError(statusCode, limit.place);
  }

  async stat(uri: MediaUri, { signal }: { signal: AbortSignal }): Promise<StoredFile | undefined> {
    const { url } = httpUri(uri);
    const dispatcher = await this.#open();
    return retry(() => this.#head(url, dispatcher, signal), {
      signal,
      delayMs: this.#options.retryDelayMs,
      toError: (thrown) => networkError(thrown, 'dest_path', placeOf(url)),
    });
  }

  async #head(
    url: URL,
    dispatcher: Dispatcher,
    signal: AbortSignal,
  ): Promise<StoredFile | undefined> {
    const limit = this.#stallLimit(url, 'dest_path', signal);
    const { statusCode, headers } = await watchStall(limit, async (watch) => {
      const wanted = { 'accept-encoding': 'identity' };
      const request = { method: 'HEAD', url, headers: wanted, field: 'dest_path' } as const;
      const answer = await sendRequest(dispatcher, { ...request, signal: watch.signal });
      await discard(answer, watch.signal);
      return answer;
    });
    if (statusCode === 404 || statusCode === 410) return undefined;
    if (statusCode !== 200) throw statusError(statusCode, 'dest_path', limit.place);
    const length = headers['content-length'];
    return { bytes: length === undefined ? null : Number(length), publishedBy: null };
  }

  #stallLimit(url: URL, field: MediaField, signal: AbortSignal): StallLimit {
    const seconds = this.#options.stallSeconds;
    return { seconds, code: UNREACHABLE[field], place: placeOf(url), signal };
  }

  #open(): Promise<Dispatcher> {
    this.#dispatcher ??= openDispatcher(this.#options.guard);
    return this.#dispatcher;
  }
}

/** undici is loaded at the first use: it costs 0.1 s and 25 MB, which a node without http(s) need not pay. */
async function openDispatcher(guard: AddressGuard): Promise<Dispatcher> {
  const { openGuardedAgent } = await import('../../net/open-guarded-agent.ts');
  return openGuardedAgent(guard, { connectTimeoutMs: CONNECT_TIMEOUT_MS });
}

function httpUri(uri: MediaUri): HttpUri {
  if ('url' in uri) return uri;
  throw new NommerError('BAD_URI', `Not an http(s):// URI; received ${received(uri.text)}`);
}
