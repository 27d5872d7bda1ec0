import type { Readable } from 'node:stream';
import type { CompletedPart } from '@aws-sdk/client-s3';
import type { S3Uri } from '../../core/media-uri.ts';
import type { UploadOptions } from '../../core/storage-backend.ts';
import { contentType } from '../content-type.ts';
import { readCounted } from '../read-counted.ts';
import { retry } from '../retry.ts';
import { watchStall, type StallLimit } from '../stall-watch.ts';
import { untilAborted } from '../until-aborted.ts';
import { endForgottenUploads } from './forgotten-uploads.ts';
import { placeOf, s3Error } from './s3-error.ts';
import { ownershipMetadata, readOwnership } from './s3-ownership.ts';
import { planParts, type Part } from './plan-parts.ts';
import type { S3Session } from './s3-sessions.ts';

const PARTS_IN_FLIGHT = 4;
const CLEAN_UP_MS = 10_000;

export interface S3UploadParts {
  readonly session: S3Session;
  readonly uri: S3Uri;
  readonly file: string;
  readonly size: number;
  readonly partBytes: number;
  readonly stallSeconds: number;
  readonly retryDelayMs: number;
  readonly options: UploadOptions;
}

interface Upload {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
}

/**
 * One upload of one output. A long file goes up in parts, straight to its key, and shows there only by
 * the completing call, which waits for `beforePublish`; a short one by a single call after it. Parts
 * are streamed from the disk, so that memory does not grow with them.
 */
export class S3Upload {
  readonly #parts: S3UploadParts;
  readonly #target: { readonly Bucket: string; readonly Key: string };
  #sent = 0;

  constructor(parts: S3UploadParts) {
    this.#parts = parts;
    this.#target = { Bucket: parts.uri.bucket, Key: parts.uri.key };
  }

  async run(): Promise<void> {
    const parts = planParts(this.#parts.size, this.#parts.partBytes);
    if (parts.length > 1) return this.#runInParts(parts);
    const { sdk, client } = this.#parts.session;
    await this.#beforePublish();
    await this.#send({ start: 0, bytes: this.#parts.size }, (body, abortSignal) => {
      const input = { ...this.#target, ...this.#about(), Body: body };
      const command = new sdk.PutObjectCommand({ ...input, ContentLength: this.#parts.size });
      return client.send(command, { abortSignal });
    });
  }

  async #runInParts(parts: readonly Part[]): Promise<void> {
    const { sdk, client } = this.#parts.session;
    const create = new sdk.CreateMultipartUploadCommand({ ...this.#target, ...this.#about() });
    const since = Date.now();
    let tries = 1;
    const creating = client.send(create).then((answer) => {
      tries = answer.$metadata.attempts ?? 1;
      return answer;
    });
    const upload = await this.#begin(creating);
    try {
      const completed = await this.#sendParts(parts, upload);
      await this.#beforePublish();
      await this.#complete(upload, completed);
    } catch (thrown) {
      await this.#abandon(upload);
      throw thrown;
    } finally {
      // A try whose answer was lost has begun one, too.
      if (tries > 1) await this.#endOthers(since);
    }
  }

  async #endOthers(since: number): Promise<void> {
    const { session, uri } = this.#parts;
    const signal = AbortSignal.timeout(CLEAN_UP_MS);
    await endForgottenUploads(session, uri, { since, signal }).catch(() => {
      // No right to look, perhaps: a rule of the bucket ends it.
    });
  }

  /** The call itself is not aborted: an answer that nobody hears would leave an upload for ever. */
  async #begin(creating: Promise<{ UploadId?: string | undefined }>): Promise<Upload> {
    const upload = creating.then(({ UploadId }) => ({ ...this.#target, UploadId }));
    try {
      return await untilAborted(upload, this.#parts.options.signal);
    } catch (thrown) {
      upload.then((late) => this.#abandon(late)).catch(() => {}); // it failed: nothing to end
      this.#parts.options.signal.throwIfAborted();
      throw this.#toError(thrown);
    }
  }

  /** Sends all parts, a few at a time; the first that fails for good stops the others. */
  async #sendParts(parts: readonly Part[], upload: Upload): Promise<CompletedPart[]> {
    const { sdk, client } = this.#parts.session;
    const failed = new AbortController();
    const completed: CompletedPart[] = [];
    const queue = parts.values();
    const work = async () => {
      for (const part of queue) {
        const input = { ...upload, PartNumber: part.number, ContentLength: part.bytes };
        const sending = this.#send(
          part,
          (Body, abortSignal) =>
            client.send(new sdk.UploadPartCommand({ ...input, Body }), { abortSignal }),
          failed.signal,
        );
        const { ETag } = await sending.catch((thrown: unknown) => {
          failed.abort(thrown);
          throw thrown;
        });
        completed.push({ PartNumber: part.number, ETag });
      }
    };
    const workers = await Promise.allSettled(Array.from({ length: PARTS_IN_FLIGHT }, work));
    if (failed.signal.aborted) throw failed.signal.reason;
    for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
    return completed.toSorted((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
  }

  /** Streams a stretch of the file by `send`, anew where that fails in a way that may pass. */
  #send<T>(
    stretch: { readonly start: number; readonly bytes: number },
    send: (body: Readable, signal: AbortSignal) => Promise<T>,
    stop?: AbortSignal,
  ): Promise<T> {
    const { options, file, size, uri, stallSeconds, retryDelayMs } = this.#parts;
    const signal = stop ? AbortSignal.any([options.signal, stop]) : options.signal;
    const place = placeOf(uri);
    const limit: StallLimit = { seconds: stallSeconds, code: 'DEST_UNREACHABLE', place, signal };
    const once = () =>
      watchStall(limit, async (watch) => {
        let sent = 0;
        const onBytes = (bytes: number) => {
          watch.moved(bytes);
          sent += bytes;
          this.#sent += bytes;
          options.onProgress?.({ bytes: this.#sent, totalBytes: size });
        };
        const body = readCounted(file, { ...stretch, onBytes });
        try {
          return await send(body, watch.signal);
        } catch (thrown) {
          this.#sent -= sent;
          throw thrown;
        } finally {
          body.destroy();
        }
      });
    return retry(once, { signal, delayMs: retryDelayMs, toError: (t) => this.#toError(t) });
  }

  /**
   * Makes the object visible. The answer may be lost after S3 did so: then the object itself, which
   * bears our job and attempt, tells.
   */
  async #complete(upload: Upload, completed: CompletedPart[]): Promise<void> {
    const { sdk, client } = this.#parts.session;
    const abortSignal = this.#parts.options.signal;
    const input = { ...upload, MultipartUpload: { Parts: completed } };
    try {
      await client.send(new sdk.CompleteMultipartUploadCommand(input), { abortSignal });
    } catch (thrown) {
      abortSignal.throwIfAborted();
      if (!(await this.#isPublished())) throw this.#toError(thrown);
    }
  }

  async #isPublished(): Promise<boolean> {
    const { session, options, size } = this.#parts;
    const head = new session.sdk.HeadObjectCommand(this.#target);
    const found = await session.client
      .send(head, { abortSignal: options.signal })
      .catch(() => undefined);
    const owner = readOwnership(found?.Metadata);
    const ours = owner?.jobId === options.jobId && owner.attempt === options.attempt;
    return ours && found?.ContentLength === size;
  }

  /** Its parts would be kept, and billed. Does not use the job's signal, which may be aborted. */
  async #abandon(upload: Upload) {
    const { sdk, client } = this.#parts.session;
    const abortSignal = AbortSignal.timeout(CLEAN_UP_MS);
    await client.send(new sdk.AbortMultipartUploadCommand(upload), { abortSignal }).catch(() => {
      // The bucket's server is gone; the next attempt ends the upload.
    });
  }

  async #beforePublish(): Promise<void> {
    const { options } = this.#parts;
    options.signal.throwIfAborted();
    await untilAborted(options.beforePublish(), options.signal);
    options.signal.throwIfAborted();
  }

  #about() {
    const { uri, options } = this.#parts;
    return { ContentType: contentType(uri.key), Metadata: ownershipMetadata(options) };
  }

  #toError(thrown: unknown) {
    return s3Error(thrown, 'dest_path', this.#parts.uri);
  }
}
