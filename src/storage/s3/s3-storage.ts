import { NommerError, received } from '../../core/errors.ts';
import type { MediaUri, S3Uri } from '../../core/media-uri.ts';
import type {
  DeadAttempts,
  DownloadOptions,
  StorageBackend,
  StoredFile,
  UnfinishedUpload,
  UploadOptions,
} from '../../core/storage-backend.ts';
import { RETRY_DELAY_MS } from '../back-off.ts';
import { fetchToFile } from '../fetch-to-file.ts';
import { outputSize } from '../output-size.ts';
import { endForgottenUploads, listUploads } from './forgotten-uploads.ts';
import { nameAndStatus, s3Error } from './s3-error.ts';
import { readOwnership } from './s3-ownership.ts';
import { S3Sessions, type S3SessionOptions } from './s3-sessions.ts';
import { S3Source } from './s3-source.ts';
import { S3Upload } from './s3-upload.ts';

const PART_BYTES = 8 * 1024 * 1024;

export interface S3StorageOptions extends S3SessionOptions {
  readonly maxSourceBytes: number;
  /** Files over this go up in parts of this size; default 8 MiB, S3's minimum is 5 MiB. */
  readonly partBytes?: number;
  /** Wait before the first retry; default 500. */
  readonly retryDelayMs?: number;
}

/** `s3://`: AWS S3 and what speaks its protocol. Outputs bear the job and attempt that made them. */
export class S3Storage implements StorageBackend {
  readonly #options: S3StorageOptions & { partBytes: number; retryDelayMs: number };
  readonly #sessions: S3Sessions;

  constructor(options: S3StorageOptions) {
    this.#options = { partBytes: PART_BYTES, retryDelayMs: RETRY_DELAY_MS, ...options };
    this.#sessions = new S3Sessions(options);
  }

  async download(uri: MediaUri, file: string, options: DownloadOptions): Promise<void> {
    const place = s3Uri(uri);
    const session = await this.#sessions.get(place.credentials);
    await fetchToFile(new S3Source(place, session), file, { ...options, ...this.#options });
  }

  async upload(file: string, uri: MediaUri, options: UploadOptions): Promise<void> {
    const place = s3Uri(uri);
    const size = await outputSize(file);
    const session = await this.#sessions.get(place.credentials);
    options.signal.throwIfAborted();
    await new S3Upload({ ...this.#options, session, uri: place, file, size, options }).run();
  }

  async removeLeftovers(uri: MediaUri, { since, signal }: DeadAttempts): Promise<void> {
    const place = s3Uri(uri);
    const session = await this.#sessions.get(place.credentials);
    try {
      await endForgottenUploads(session, place, { since, signal });
    } catch (thrown) {
      signal.throwIfAborted();
      throw s3Error(thrown, 'dest_path', place);
    }
  }

  async unfinishedUploads(
    uri: MediaUri,
    { signal }: { signal: AbortSignal },
  ): Promise<readonly UnfinishedUpload[]> {
    const place = s3Uri(uri);
    const session = await this.#sessions.get(place.credentials);
    try {
      const { bucket } = place;
      const found: UnfinishedUpload[] = [];
      for await (const { key, id } of listUploads(session, { bucket, prefix: '', signal })) {
        const dest = `s3://${bucket}/${key}`;
        found.push({ what: `upload ${id} to ${dest}`, of: { uri: dest } });
      }
      return found;
    } catch (thrown) {
      signal.throwIfAborted();
      throw s3Error(thrown, 'dest_path', place);
    }
  }

  async stat(uri: MediaUri, { signal }: { signal: AbortSignal }): Promise<StoredFile | undefined> {
    const place = s3Uri(uri);
    const { sdk, client } = await this.#sessions.get(place.credentials);
    signal.throwIfAborted();
    const head = new sdk.HeadObjectCommand({ Bucket: place.bucket, Key: place.key });
    try {
      const found = await client.send(head, { abortSignal: signal });
      return { bytes: found.ContentLength ?? null, publishedBy: readOwnership(found.Metadata) };
    } catch (thrown) {
      signal.throwIfAborted();
      if (nameAndStatus(thrown).status === 404) return undefined;
      throw s3Error(thrown, 'dest_path', place);
    }
  }
}

function s3Uri(uri: MediaUri): S3Uri {
  if ('bucket' in uri) return uri;
  throw new NommerError('BAD_URI', `Not an s3:// URI; received ${received(uri.text)}`);
}
