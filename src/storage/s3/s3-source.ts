import type { Readable } from 'node:stream';
import type { NommerError } from '../../core/errors.ts';
import type { S3Uri } from '../../core/media-uri.ts';
import type { Opened, RemoteSource } from '../fetch-to-file.ts';
import { nameAndStatus, placeOf, s3Error } from './s3-error.ts';
import type { S3Session } from './s3-sessions.ts';

type OpenRequest = Parameters<RemoteSource['open']>[0];

/** The object is another than the one we have the beginning of: 412 If-Match failed, 416 it is shorter. */
const CHANGED = new Set([412, 416]);

/** A source in S3, resumed by Range and If-Match. */
export class S3Source implements RemoteSource {
  readonly place: string;
  readonly #uri: S3Uri;
  readonly #session: S3Session;

  constructor(uri: S3Uri, session: S3Session) {
    this.#uri = uri;
    this.#session = session;
    this.place = placeOf(uri);
  }

  async open({ from, validator, signal }: OpenRequest): Promise<Opened> {
    const { sdk, client } = this.#session;
    const rest = from > 0 && validator !== null;
    const command = new sdk.GetObjectCommand({
      Bucket: this.#uri.bucket,
      Key: this.#uri.key,
      ...(rest && { Range: `bytes=${from}-`, IfMatch: validator }),
    });
    try {
      const answer = await client.send(command, { abortSignal: signal });
      const body = answer.Body as Readable;
      const startsAt = startOf(answer.ContentRange);
      if (startsAt !== 0 && startsAt !== from) {
        body.on('error', () => {}).destroy(); // not the rest of what we have: all of it, then
        return await this.open({ from: 0, validator: null, signal });
      }
      return {
        body,
        startsAt,
        totalBytes: answer.ContentLength === undefined ? null : startsAt + answer.ContentLength,
        validator: answer.ETag ?? null,
      };
    } catch (thrown) {
      if (!rest || !CHANGED.has(nameAndStatus(thrown).status ?? 0)) throw thrown;
      return this.open({ from: 0, validator: null, signal });
    }
  }

  toError(thrown: unknown): NommerError {
    return s3Error(thrown, 'source_path', this.#uri);
  }
}

/** @returns the first byte of the answer; NaN when it says so in no known way */
function startOf(contentRange: string | undefined): number {
  return contentRange === undefined ? 0 : Number(/^bytes (\d+)-/.exec(contentRange)?.[1]);
}
