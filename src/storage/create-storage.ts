import { NommerError, received } from '../core/errors.ts';
import type { MediaUri } from '../core/media-uri.ts';
import type { StorageBackend } from '../core/storage-backend.ts';
import { AddressGuard } from '../net/address-guard.ts';
import { FileStorage } from './file/file-storage.ts';
import { HttpStorage } from './http/http-storage.ts';
import type { MediaField } from './media-field.ts';
import { S3Storage } from './s3/s3-storage.ts';

/** The slice of the settings that storage needs. */
export interface StorageSettings {
  /** Absolute directories that file:// may reach into; none = file:// is off. */
  readonly fileRoots: readonly string[];
  /** Absolute; file:// never reaches into it, because it holds every job and what they work on. */
  readonly dataDir: string;
  readonly maxSourceBytes: number;
  /** A transfer that moves hardly a byte for so long is given up, and tried again. */
  readonly httpStallSeconds: number;
  /** What http(s):// may lead into besides public addresses. */
  readonly httpAllowedNetworks: readonly string[];
  readonly awsRegion: string | undefined;
  readonly s3Endpoint: string | undefined;
  readonly awsAccessKeyId: string | undefined;
  readonly awsSecretAccessKey: string | undefined;
}

export interface StorageParts {
  /** A user's own backends by scheme; they go before the built-in ones. */
  readonly backends?: ReadonlyMap<string, StorageBackend>;
}

export interface Storage {
  /**
   * The backend for a media URI.
   * @throws NommerError UNSUPPORTED_SCHEME, naming `field` and the schemes there are
   */
  backendFor(uri: MediaUri, field: MediaField): StorageBackend;
}

/** Makes the storage backends and chooses among them by scheme. */
export function createStorage(settings: StorageSettings, parts: StorageParts = {}): Storage {
  const backends = new Map<string, StorageBackend>([
    ...builtInBackends(settings),
    ...(parts.backends ?? []),
  ]);
  return {
    backendFor(uri, field) {
      const backend = backends.get(uri.scheme);
      if (backend) return backend;
      const known = [...backends.keys()].toSorted().join(', ');
      const why = `has a scheme that no storage backend takes (there are ${known})`;
      const message = `${field} ${why}; received ${received(uri.text)}`;
      // feederd knew the scheme when it took the job: another node may have the backend.
      throw new NommerError('UNSUPPORTED_SCHEME', message, { retryable: true });
    },
  };
}

function builtInBackends(settings: StorageSettings): ReadonlyMap<string, StorageBackend> {
  const { fileRoots, dataDir, maxSourceBytes, httpStallSeconds: stallSeconds } = settings;
  const { awsAccessKeyId: accessKeyId, awsSecretAccessKey: secretAccessKey } = settings;
  const guard = new AddressGuard(settings.httpAllowedNetworks);
  const http = new HttpStorage({ maxSourceBytes, stallSeconds, guard });
  const s3 = new S3Storage({
    maxSourceBytes,
    stallSeconds,
    region: settings.awsRegion,
    endpoint: settings.s3Endpoint,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
  });
  const file = new FileStorage({ fileRoots, denied: [dataDir], maxSourceBytes });
  return new Map<string, StorageBackend>([
    ['file', file],
    ['http', http],
    ['https', http],
    ['s3', s3],
  ]);
}
