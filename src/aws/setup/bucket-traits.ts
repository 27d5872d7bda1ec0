import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutPublicAccessBlockCommand,
  type LifecycleRule,
} from '@aws-sdk/client-s3';
import { awsErrorCode } from '../aws-error.ts';
import type { FilledBucket } from './empty-settings-bucket.ts';

/** What the settings bucket is, besides being there. */
export interface BucketTrait {
  /** What is to be said of a bucket without it. */
  readonly lack: string;
  isThere(): Promise<boolean>;
  put(): Promise<void>;
}

/** What servers say that speak S3 but know no such call, or take it for CreateBucket. S3 knows them all. */
export const UNKNOWN_CALL: readonly string[] = [
  'NotImplemented',
  'MethodNotAllowed',
  'UnknownOperation',
  'BucketAlreadyOwnedByYou',
];

const CLOSED = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
} as const;
const FORGOTTEN_UPLOADS: LifecycleRule = {
  ID: 'abort-forgotten-uploads',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
};

export function bucketTraits(Bucket: string, call: FilledBucket['call']): readonly BucketTrait[] {
  /** @returns `none` where S3 has no such thing, undefined where a server knows no such call */
  async function ask<T>(act: Parameters<typeof call<T>>[0], none: string) {
    try {
      return await call(act, UNKNOWN_CALL);
    } catch (thrown: unknown) {
      if (thrown instanceof Error && awsErrorCode(thrown.cause) === none) return 'none';
      throw thrown;
    }
  }
  async function rules(): Promise<readonly LifecycleRule[] | undefined> {
    const get = new GetBucketLifecycleConfigurationCommand({ Bucket });
    const answer = await ask((s3) => s3.send(get), 'NoSuchLifecycleConfiguration');
    return answer === 'none' ? [] : answer?.Rules;
  }
  return [
    {
      lack: 'is not closed to the public',
      async isThere() {
        const get = new GetPublicAccessBlockCommand({ Bucket });
        const answer = await ask((s3) => s3.send(get), 'NoSuchPublicAccessBlockConfiguration');
        if (answer === 'none') return false;
        // A server that takes the call for another one answers, but with none of these.
        const blocks = Object.keys(CLOSED).map(
          (each) => answer?.PublicAccessBlockConfiguration?.[each as keyof typeof CLOSED],
        );
        return blocks.every((each) => each === undefined) || blocks.every((each) => each === true);
      },
      async put() {
        const PublicAccessBlockConfiguration = CLOSED;
        const put = new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration });
        await call((s3) => s3.send(put), UNKNOWN_CALL);
      },
    },
    {
      lack: 'has no encryption by default',
      async isThere() {
        const get = new GetBucketEncryptionCommand({ Bucket });
        const none = 'ServerSideEncryptionConfigurationNotFoundError';
        return (await ask((s3) => s3.send(get), none)) !== 'none';
      },
      async put() {
        const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } };
        const put = new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: { Rules: [rule] },
        });
        await call((s3) => s3.send(put), UNKNOWN_CALL);
      },
    },
    {
      lack: 'keeps uploads that nobody ended',
      isThere: async () => (await rules())?.some(endsUploads) ?? true,
      async put() {
        const others = ((await rules()) ?? []).filter(({ ID }) => ID !== FORGOTTEN_UPLOADS.ID);
        const put = new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: { Rules: [...others, FORGOTTEN_UPLOADS] },
        });
        await call((s3) => s3.send(put), UNKNOWN_CALL);
      },
    },
  ];
}

function endsUploads({ Status, AbortIncompleteMultipartUpload, Filter, Prefix }: LifecycleRule) {
  const isOfAll = (Filter?.Prefix ?? Prefix ?? '') === '' && Filter?.And === undefined;
  return Status === 'Enabled' && AbortIncompleteMultipartUpload !== undefined && isOfAll;
}
