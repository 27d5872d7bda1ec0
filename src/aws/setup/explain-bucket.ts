import { NommerError, toNommerError } from '../../core/errors.ts';
import type { BucketToHave } from './bucket-resource.ts';

/** HeadBucket has no body: of an error there is only the status, and perhaps a header. */
export function explainBucket(thrown: unknown, { name, region }: BucketToHave): NommerError {
  const error = toNommerError(thrown);
  const { status, bucketRegion } = answerOf(error.cause);
  const received = `received ${JSON.stringify(name)}`;
  if (bucketRegion !== undefined && region !== undefined && bucketRegion !== region) {
    return new NommerError(
      'BAD_SETTING',
      `CONFIG_S3_BUCKET: the bucket is in ${bucketRegion}, not in ${region} (AWS_REGION); choose another; ${received}`,
      { cause: error },
    );
  }
  if (status !== 403) return error;
  return new NommerError(
    'BAD_SETTING',
    `CONFIG_S3_BUCKET: access denied (403). The bucket is another account's: choose another name; or the right s3:ListBucket on it lacks; ${received}`,
    { cause: error },
  );
}

function answerOf(thrown: unknown): { status?: number; bucketRegion?: string } {
  if (!(thrown instanceof Error)) return {};
  const { $metadata, $response } = thrown as Error & {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  };
  const status = $metadata?.httpStatusCode;
  const bucketRegion = $response?.headers?.['x-amz-bucket-region'];
  return {
    ...(status !== undefined && { status }),
    ...(bucketRegion !== undefined && { bucketRegion }),
  };
}
