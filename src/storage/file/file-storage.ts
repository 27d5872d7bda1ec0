import { rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NommerError, received } from '../../core/errors.ts';
import type { FileUri, MediaUri } from '../../core/media-uri.ts';
import type {
  DeadAttempts,
  DownloadOptions,
  StorageBackend,
  StoredFile,
  UnfinishedUpload,
  UploadOptions,
} from '../../core/storage-backend.ts';
import { diskError } from '../disk-error.ts';
import { copyFile } from './copy-file.ts';
import { fileError } from './file-error.ts';
import { FileRoots } from './file-roots.ts';
import { publishFile, removeLeftovers, unfinishedIn } from './publish-file.ts';

export interface FileStorageOptions {
  /** Absolute directories; nothing outside them is read or written. */
  readonly fileRoots: readonly string[];
  /** Absolute directories inside them that are not to be read or written either. */
  readonly denied?: readonly string[];
  readonly maxSourceBytes: number;
}

/**
 * `file://`: media on this machine's disks, inside FILE_ROOTS. It keeps no note of whose output a file
 * is, so `stat` never tells a publisher.
 *
 * A source is copied (cloned where the disk can), never linked: its owner may write into it while it is
 * encoded, and whatever a hostile file makes of the encoder must not reach the original.
 */
export class FileStorage implements StorageBackend {
  readonly #roots: FileRoots;
  readonly #maxSourceBytes: number;

  constructor(options: FileStorageOptions) {
    this.#roots = new FileRoots(options.fileRoots, options.denied);
    this.#maxSourceBytes = options.maxSourceBytes;
  }

  async download(uri: MediaUri, file: string, options: DownloadOptions): Promise<void> {
    const { path } = fileUri(uri);
    options.signal.throwIfAborted();
    const source = await this.#roots.openSource(path);
    try {
      await this.#copyWhole(source, { path, file, options });
    } catch (thrown) {
      options.signal.throwIfAborted();
      throw fileError(thrown, 'source_path', path);
    } finally {
      await source.close();
    }
  }

  async #copyWhole(
    source: FileHandle,
    { path, file, options }: { path: string; file: string; options: DownloadOptions },
  ): Promise<void> {
    const before = await source.stat();
    if (before.size > this.#maxSourceBytes) {
      const limit = `the limit is ${this.#maxSourceBytes} bytes`;
      const message = `source_path is too large: ${limit}; received ${before.size} bytes`;
      throw new NommerError('SOURCE_TOO_LARGE', message);
    }
    const bytes = await copyFile(source, file, {
      ...options,
      totalBytes: before.size,
      sourceError: (thrown) => fileError(thrown, 'source_path', path),
      targetError: (thrown) => diskError(thrown, file),
    });
    const after = await source.stat();
    if (bytes !== before.size || after.size !== bytes || after.mtimeMs !== before.mtimeMs) {
      await rm(file, { force: true });
      const message = `source_path changed while it was copied; received ${received(`file://${path}`)}`;
      throw new NommerError('SOURCE_INCOMPLETE', message);
    }
  }

  async upload(file: string, uri: MediaUri, options: UploadOptions): Promise<void> {
    const { path } = fileUri(uri);
    options.signal.throwIfAborted();
    const folder = await this.#roots.openDestFolder(path);
    try {
      await publishFile(file, { folder, path }, options);
    } finally {
      await folder.handle.close();
    }
  }

  async removeLeftovers(uri: MediaUri, of: DeadAttempts): Promise<void> {
    const { path } = fileUri(uri);
    of.signal.throwIfAborted();
    const folder = await this.#roots.findDestFolder(path);
    if (folder === undefined) return;
    try {
      await removeLeftovers({ folder, path }, of);
    } finally {
      await folder.handle.close();
    }
  }

  async unfinishedUploads(
    uri: MediaUri,
    { signal }: { signal: AbortSignal },
  ): Promise<readonly UnfinishedUpload[]> {
    const { path } = fileUri(uri);
    signal.throwIfAborted();
    const folder = await this.#roots.findDestFolder(path);
    if (folder === undefined) return [];
    try {
      const found = await unfinishedIn(folder);
      return found.map(({ name, jobId }) => ({ what: join(dirname(path), name), of: { jobId } }));
    } finally {
      await folder.handle.close();
    }
  }

  async stat(uri: MediaUri, options: { signal: AbortSignal }): Promise<StoredFile | undefined> {
    options.signal.throwIfAborted();
    const handle = await this.#roots.findDest(fileUri(uri).path);
    if (handle === undefined) return undefined;
    try {
      return { bytes: (await handle.stat()).size, publishedBy: null };
    } finally {
      await handle.close();
    }
  }
}

function fileUri(uri: MediaUri): FileUri {
  if ('path' in uri) return uri;
  throw new NommerError('BAD_URI', `Not a file:// URI; received ${received(uri.text)}`);
}
