import type * as S3Sdk from '@aws-sdk/client-s3';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { LatestMap } from '../../core/latest-map.ts';
import type { S3Uri } from '../../core/media-uri.ts';

type Credentials = NonNullable<S3Uri['credentials']>;

export interface S3SessionOptions {
  /** Where buckets are looked for first; they may be in any region. */
  readonly region: string | undefined;
  /** Another server that speaks S3; addressed path-style. */
  readonly endpoint: string | undefined;
  /** For URIs without their own; undefined = the SDK's usual chain (role, profile, SSO). */
  readonly credentials: Credentials | undefined;
  readonly stallSeconds: number;
}

/** The SDK and a client of it for one set of credentials. */
export interface S3Session {
  readonly sdk: typeof S3Sdk;
  readonly client: S3Client;
}

const MAX_SESSIONS = 16;
const CONNECT_TIMEOUT_MS = 10_000;

/** The SDK would write to the console by itself; what matters of it is in the errors it throws. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/**
 * Clients by credentials: the connections of one serve all jobs that have the same. The SDK is loaded
 * at the first use (0.15 s, 30 MB), which a node without s3:// URIs need not pay.
 */
export class S3Sessions {
  readonly #options: S3SessionOptions;
  /** Those that go are forgotten, not destroyed: transfers under way still use them. */
  readonly #sessions = new LatestMap<string, Promise<S3Session>>(MAX_SESSIONS);

  constructor(options: S3SessionOptions) {
    this.#options = options;
  }

  /** @param own the URI's credentials, which go before all others */
  get(own: Credentials | null): Promise<S3Session> {
    const credentials = own ?? this.#options.credentials;
    const key = credentials ? `${credentials.accessKeyId}:${credentials.secretAccessKey}` : '';
    const known = this.#sessions.get(key);
    if (known) return known;
    const session = openSession(this.#options, credentials);
    session.catch(() => this.#sessions.delete(key));
    this.#sessions.set(key, session);
    return session;
  }
}

async function openSession(
  options: S3SessionOptions,
  credentials: Credentials | undefined,
): Promise<S3Session> {
  const sdk = await import('@aws-sdk/client-s3');
  const config: S3ClientConfig = {
    ...(credentials && { credentials }),
    ...(options.region !== undefined && { region: options.region }),
    ...(options.endpoint !== undefined && { endpoint: options.endpoint, forcePathStyle: true }),
    followRegionRedirects: options.endpoint === undefined,
    // TLS guards what is on the way; S3's look-alikes do not all know the SDK's own checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    logger: SILENT,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: options.stallSeconds * 1000,
    },
  };
  const client = new sdk.S3Client(config);
  try {
    await client.config.region();
    return { sdk, client };
  } catch {
    // Neither a setting nor the profile names a region: any will do, as redirects are followed.
    return { sdk, client: new sdk.S3Client({ ...config, region: 'us-east-1' }) };
  }
}
