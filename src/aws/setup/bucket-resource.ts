import {
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutPublicAccessBlockCommand,
  type BucketLocationConstraint,
} from '@aws-sdk/client-s3';
import type { AwsClients } from '../aws-clients.ts';
import { awsErrorCode, fromAws } from '../aws-error.ts';
import type { Resource } from './resource.ts';

/** Where a bucket is made when no location is named. */
const DEFAULT_REGION = 'us-east-1';

/** The settings bucket. S3 encrypts every object by itself (SSE-S3, since 2023). */
export function bucketResource(
  clients: AwsClients,
  { name, region }: { readonly name: string; readonly region: string | undefined },
): Resource {
  return {
    kind: 'bucket',
    name,
    async isThere() {
      try {
        const s3 = await clients.s3();
        await s3.send(new HeadBucketCommand({ Bucket: name }));
        return true;
      } catch (thrown: unknown) {
        if (['NotFound', 'NoSuchBucket'].includes(awsErrorCode(thrown) ?? '')) return false;
        throw fromAws(thrown, `S3, bucket ${name}`);
      }
    },
    async create() {
      const s3 = await clients.s3();
      try {
        await s3.send(
          new CreateBucketCommand({
            Bucket: name,
            ...(region !== undefined &&
              region !== DEFAULT_REGION && {
                CreateBucketConfiguration: {
                  LocationConstraint: region as BucketLocationConstraint,
                },
              }),
          }),
        );
        await s3.send(
          new PutPublicAccessBlockCommand({
            Bucket: name,
            PublicAccessBlockConfiguration: {
              BlockPublicAcls: true,
              BlockPublicPolicy: true,
              IgnorePublicAcls: true,
              RestrictPublicBuckets: true,
            },
          }),
        );
        await s3.send(
          new PutBucketLifecycleConfigurationCommand({
            Bucket: name,
            LifecycleConfiguration: {
              Rules: [
                {
                  ID: 'abort-forgotten-uploads',
                  Status: 'Enabled',
                  Filter: { Prefix: '' },
                  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
                },
              ],
            },
          }),
        );
      } catch (thrown: unknown) {
        if (awsErrorCode(thrown) !== 'BucketAlreadyOwnedByYou') {
          throw fromAws(thrown, `S3, bucket ${name}`);
        }
      }
    },
  };
}
