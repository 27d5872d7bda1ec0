import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Settings } from '../conf/settings.ts';

export type AwsClientSettings = Pick<
  Settings,
  | 'awsRegion'
  | 'awsAccessKeyId'
  | 'awsSecretAccessKey'
  | 'dynamodbEndpoint'
  | 'sqsEndpoint'
  | 'ec2Endpoint'
  | 's3Endpoint'
  | 'iamEndpoint'
>;

/** An SDK call is tried so often on throttling, 5xx and broken lines, with jitter between. */
const MAX_TRIES = 5;

/** How long a server may stay silent before a try of a call fails. */
export interface AwsTimeouts {
  readonly connectMs: number;
  /** Until an answer begins, and between two pieces of it. */
  readonly answerMs: number;
  /** The same of DynamoDB and SQS, on which leases hang; a long poll brings its own. */
  readonly promptMs: number;
}

/** All tries of a prompt call fit into a lease: a connection may die without a word. */
const TIMEOUTS: AwsTimeouts = { connectMs: 5000, answerMs: 30_000, promptMs: 3000 };

/** The SDK would write to the console by itself; what matters of it is in the errors it throws. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/**
 * The clients of one process, each made at its first use: a node has no use for EC2 or IAM, and an SDK
 * package costs time and memory to load.
 */
export class AwsClients {
  readonly #settings: AwsClientSettings;
  readonly #timeouts: AwsTimeouts;
  readonly #opened = new Map<string, Promise<{ destroy(): void }>>();

  constructor(settings: AwsClientSettings, timeouts: AwsTimeouts = TIMEOUTS) {
    this.#settings = settings;
    this.#timeouts = timeouts;
  }

  dynamodb(): Promise<DynamoDBClient> {
    return this.#once('dynamodb', async () => {
      const { DynamoDBClient: Client } = await import('@aws-sdk/client-dynamodb');
      const { promptMs } = this.#timeouts;
      return new Client(this.#config(this.#settings.dynamodbEndpoint, promptMs, promptMs));
    });
  }

  sqs(): Promise<SQSClient> {
    return this.#once('sqs', async () => {
      const { SQSClient: Client } = await import('@aws-sdk/client-sqs');
      const { sqsEndpoint } = this.#settings;
      // A queue's URL may name a host that only the server itself knows.
      const config = this.#config(sqsEndpoint, this.#timeouts.promptMs);
      return new Client({ ...config, useQueueUrlAsEndpoint: false });
    });
  }

  ec2(): Promise<EC2Client> {
    return this.#once('ec2', async () => {
      const { EC2Client: Client } = await import('@aws-sdk/client-ec2');
      return new Client(this.#config(this.#settings.ec2Endpoint));
    });
  }

  s3(): Promise<S3Client> {
    return this.#once('s3', async () => {
      const { S3Client: Client } = await import('@aws-sdk/client-s3');
      const { s3Endpoint } = this.#settings;
      return new Client({
        ...this.#config(s3Endpoint),
        ...(s3Endpoint !== undefined && { forcePathStyle: true }),
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      });
    });
  }

  iam(): Promise<IAMClient> {
    return this.#once('iam', async () => {
      const { IAMClient: Client } = await import('@aws-sdk/client-iam');
      return new Client(this.#config(this.#settings.iamEndpoint));
    });
  }

  /** Drops the connections; calls under way fail. */
  async close(): Promise<void> {
    for (const client of await Promise.all(this.#opened.values())) client.destroy();
    this.#opened.clear();
  }

  /**
   * @param beginMs until an answer begins
   * @param pauseMs between two pieces of it
   */
  #config(
    endpoint: string | undefined,
    beginMs = this.#timeouts.answerMs,
    pauseMs = this.#timeouts.answerMs,
  ) {
    const { awsRegion, awsAccessKeyId, awsSecretAccessKey } = this.#settings;
    return {
      ...(awsRegion !== undefined && { region: awsRegion }),
      ...(endpoint !== undefined && { endpoint }),
      ...(awsAccessKeyId !== undefined &&
        awsSecretAccessKey !== undefined && {
          credentials: { accessKeyId: awsAccessKeyId, secretAccessKey: awsSecretAccessKey },
        }),
      maxAttempts: MAX_TRIES,
      logger: SILENT,
      requestHandler: {
        connectionTimeout: this.#timeouts.connectMs,
        requestTimeout: beginMs,
        // Without it, a request over its time is written of, and goes on.
        throwOnRequestTimeout: true,
        socketTimeout: pauseMs,
      },
    };
  }

  #once<Client extends { destroy(): void }>(
    name: string,
    open: () => Promise<Client>,
  ): Promise<Client> {
    const known = this.#opened.get(name) as Promise<Client> | undefined;
    if (known !== undefined) return known;
    const opening = open();
    this.#opened.set(name, opening);
    return opening;
  }
}
