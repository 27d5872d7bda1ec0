import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { NommerError } from '../core/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import { awsErrorCode, fromAws } from './aws-error.ts';

/** Under which the settings are in the bucket. */
export const SETTINGS_KEY = 'nomconf.json';

/** The bucket by which feederd gives the nodes their settings: data, never code. */
export class S3SettingsBucket {
  readonly #clients: AwsClients;
  readonly #bucket: string;

  constructor({ clients, bucket }: { clients: AwsClients; bucket: string }) {
    this.#clients = clients;
    this.#bucket = bucket;
  }

  async publish(nomconf: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#call(async () => {
      const s3 = await this.#clients.s3();
      await s3.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: SETTINGS_KEY,
          Body: JSON.stringify(nomconf, undefined, 2),
          ContentType: 'application/json',
        }),
      );
    });
  }

  /** @throws NommerError BAD_SETTING when no feederd has published any; UNAVAILABLE */
  async fetch(): Promise<Readonly<Record<string, unknown>>> {
    const text = await this.#call(async () => {
      const s3 = await this.#clients.s3();
      const { Body } = await s3.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: SETTINGS_KEY }),
      );
      return (await Body?.transformToString()) ?? '';
    });
    const nomconf = parse(text);
    if (typeof nomconf === 'object' && nomconf !== null && !Array.isArray(nomconf)) {
      return nomconf as Readonly<Record<string, unknown>>;
    }
    throw new NommerError('BAD_SETTING', `s3://${this.#bucket}/${SETTINGS_KEY} holds no settings`);
  }

  async #call<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (thrown: unknown) {
      const code = awsErrorCode(thrown);
      if (code === 'NoSuchKey' || code === 'NoSuchBucket') {
        throw new NommerError(
          'BAD_SETTING',
          `CONFIG_S3_BUCKET has no ${code === 'NoSuchKey' ? SETTINGS_KEY : 'bucket behind it'} (feederd publishes it, \`media-nommer setup\` makes the bucket); received ${JSON.stringify(this.#bucket)}`,
          { cause: thrown },
        );
      }
      throw fromAws(thrown, `S3, settings bucket ${this.#bucket}`);
    }
  }
}

/** @returns undefined for what is no JSON */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
