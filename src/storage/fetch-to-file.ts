import { rm } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { NommerError, received } from '../core/errors.ts';
import type { DownloadOptions } from '../core/storage-backend.ts';
import { MAX_FAILURES_IN_A_ROW, backOff } from './back-off.ts';
import { describeFailure } from './disk-error.ts';
import { FileSink } from './file-sink.ts';
import { watchStall, type StallLimit, type StallWatch } from './stall-watch.ts';

/** Something far away that can be read from any byte on. */
export interface RemoteSource {
  /** For messages: where it is, without anything secret. */
  readonly place: string;
  /**
   * Asks for the bytes from `from` on, if it still is what `validator` names; else for all of it.
   * @param from 0 when there is no validator
   */
  open(request: { from: number; validator: string | null; signal: AbortSignal }): Promise<Opened>;
  /** Makes whatever `open` threw the error it means. */
  toError(thrown: unknown): NommerError;
}

export interface Opened {
  readonly body: Readable;
  /** The `from` asked for, or 0: the server sends all of it. */
  readonly startsAt: number;
  /** Of the whole, not of this answer. */
  readonly totalBytes: number | null;
  /** Names this very content when the rest is asked for; null = it cannot be resumed. */
  readonly validator: string | null;
}

export interface FetchLimits {
  readonly maxSourceBytes: number;
  readonly stallSeconds: number;
  readonly retryDelayMs: number;
}

/** Progress that pardons earlier failures: a long file on a bad line drops often and still arrives. */
const PARDON_BYTES = 1024 * 1024;

/**
 * Streams a remote source into the new local `file`. A drop, a stall or a server's bad moment is
 * followed by back-off and a resume where it stopped, up to five times in a row without progress.
 * Whatever fails, no file is left.
 */
export async function fetchToFile(
  source: RemoteSource,
  file: string,
  options: DownloadOptions & FetchLimits,
): Promise<void> {
  options.signal.throwIfAborted();
  const sink = await FileSink.create(file);
  try {
    await fetchWithResumes(source, sink, options);
    await sink.flush();
    await sink.close();
  } catch (thrown) {
    await sink.close();
    await rm(file, { force: true });
    throw thrown;
  }
}

async function fetchWithResumes(
  source: RemoteSource,
  sink: FileSink,
  options: DownloadOptions & FetchLimits,
): Promise<void> {
  let validator: string | null = null;
  let failures = 0;
  let furthest = 0;
  const limit: StallLimit = {
    seconds: options.stallSeconds,
    code: 'SOURCE_UNREACHABLE',
    place: source.place,
    signal: options.signal,
  };
  for (;;) {
    try {
      await watchStall(limit, async (watch) => {
        const from = validator === null ? 0 : sink.bytes;
        const opened = await source.open({ from, validator, signal: watch.signal });
        validator = opened.validator;
        await drain(opened, sink, { ...options, watch, place: source.place });
      });
      return;
    } catch (thrown) {
      options.signal.throwIfAborted();
      const error = source.toError(thrown);
      if (!error.retryable || sink.broken) throw error;
      if (sink.bytes >= furthest + PARDON_BYTES) {
        furthest = sink.bytes;
        failures = 0;
      }
      failures += 1;
      if (failures > MAX_FAILURES_IN_A_ROW) throw error;
    }
    await backOff(failures, options.retryDelayMs, options.signal);
  }
}

interface DrainOptions extends DownloadOptions, FetchLimits {
  readonly watch: StallWatch;
  readonly place: string;
}

/** Moves one answer's body into the sink and checks what was promised of it. */
async function drain(opened: Opened, sink: FileSink, options: DrainOptions): Promise<void> {
  const { totalBytes } = opened;
  const body = addAbortSignal(options.watch.signal, opened.body);
  try {
    if (opened.startsAt !== sink.bytes) await sink.rewind();
    refuseOver(totalBytes ?? 0, options);
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      options.watch.moved(chunk.length);
      refuseOver(sink.bytes + chunk.length, options);
      await sink.append(chunk);
      options.onProgress?.({ bytes: sink.bytes, totalBytes });
    }
  } catch (thrown) {
    if (thrown instanceof NommerError || options.watch.signal.aborted) throw thrown;
    throw incomplete(sink.bytes, options.place, { totalBytes, cause: thrown });
  } finally {
    body.destroy();
  }
  if (totalBytes !== null && sink.bytes !== totalBytes) {
    throw incomplete(sink.bytes, options.place, { totalBytes });
  }
}

function refuseOver(bytes: number, options: DrainOptions): void {
  if (bytes <= options.maxSourceBytes) return;
  const limit = `the limit is ${options.maxSourceBytes} bytes`;
  const message = `${options.place} is too large: ${limit}; received ${received(bytes)}`;
  throw new NommerError('SOURCE_TOO_LARGE', message);
}

function incomplete(
  bytes: number,
  place: string,
  { totalBytes, ...options }: { totalBytes: number | null; cause?: unknown },
): NommerError {
  const why = 'cause' in options ? ` (${describeFailure(options.cause)})` : '';
  const of = totalBytes === null ? '' : ` of ${totalBytes}`;
  return new NommerError(
    'SOURCE_INCOMPLETE',
    `${place} ended too early${why}; received ${bytes} bytes${of}`,
    options,
  );
}
