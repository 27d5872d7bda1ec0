import type { MediaUri } from './media-uri.ts';

/** URI schemes that media-nommer itself has storage backends for. */
export const BUILT_IN_SCHEMES = ['file', 'http', 'https', 's3'] as const;

/**
 * Fetches and stores files by URI. Registered per scheme in STORAGE_BACKENDS. Streams, so that memory
 * stays flat for any size. Errors are NommerErrors (SOURCE_…, DEST_…, DISK_FULL).
 */
export interface StorageBackend {
  /** Writes what is at `uri` to the local path `file` (new) and checks the length it was promised. */
  download(uri: MediaUri, file: string, options: DownloadOptions): Promise<void>;
  /**
   * Makes the local `file` visible at `uri`: whole or not at all, replacing what was there. Nobody may
   * write into `file` afterwards: what was published may be that very file.
   */
  upload(file: string, uri: MediaUri, options: UploadOptions): Promise<void>;
  /** What is at `uri`, a destination, or undefined when there is nothing. */
  stat(uri: MediaUri, options: { signal: AbortSignal }): Promise<StoredFile | undefined>;
  /**
   * Removes what dead attempts of a job left at `uri` without publishing it: temporary files, parts of
   * an upload. Left out by a storage where unfinished uploads leave nothing.
   */
  removeLeftovers?(uri: MediaUri, of: DeadAttempts): Promise<void>;
  /**
   * What uploads that have not ended have left so far in the folder or bucket that `uri` is in, those of
   * others too. Left out by a storage where unfinished uploads leave nothing.
   */
  unfinishedUploads?(
    uri: MediaUri,
    options: { signal: AbortSignal },
  ): Promise<readonly UnfinishedUpload[]>;
}

export interface UnfinishedUpload {
  /** For a person: without credentials. */
  readonly what: string;
  /** Whose it is, where the storage tells that; else where it would be published. */
  readonly of: { readonly jobId: string } | { readonly uri: string };
}

/** Attempts 1 to `attempts` of a job, all of which have ended. */
export interface DeadAttempts {
  readonly jobId: string;
  readonly attempts: number;
  /** None of them began before: milliseconds since the epoch. */
  readonly since: number;
  readonly signal: AbortSignal;
}

export interface DownloadOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (moved: Moved) => void;
}

export interface UploadOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (moved: Moved) => void;
  /** Whose output this is; kept with it where the storage can. */
  readonly jobId: string;
  readonly attempt: number;
  /** Called once, right before the output becomes visible; a rejection leaves nothing visible. */
  readonly beforePublish: () => Promise<void>;
}

/** Bytes moved so far; `totalBytes` is null where the server does not tell. */
export interface Moved {
  readonly bytes: number;
  readonly totalBytes: number | null;
}

export interface StoredFile {
  readonly bytes: number | null;
  /** Set where the storage kept whose output it is. */
  readonly publishedBy: { readonly jobId: string; readonly attempt: number } | null;
}
