import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
  type BucketLocationConstraint,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { AwsClients } from '../aws-clients.ts';
import { callAws } from '../aws-error.ts';
import { emptySettingsBucket } from './empty-settings-bucket.ts';
import { bears, type OwnTag, type Resource } from './resource.ts';

interface BucketToHave {
  readonly name: string;
  readonly region: string | undefined;
  readonly tag: OwnTag;
}

/** Where a bucket is made when no location is named. */
const DEFAULT_REGION = 'us-east-1';
const NO_BUCKET = ['NotFound', 'NoSuchBucket'];
/** What servers say that speak S3 but know no such call, or take it for CreateBucket. S3 knows them all. */
const UNKNOWN_CALL = [
  'NotImplemented',
  'MethodNotAllowed',
  'UnknownOperation',
  'BucketAlreadyOwnedByYou',
];

/** The settings bucket. S3 encrypts every object by itself (SSE-S3, since 2023). */
export function bucketResource(clients: AwsClients, { name, region, tag }: BucketToHave): Resource {
  const call = <T>(act: (s3: S3Client) => Promise<T>, fine?: readonly string[]) =>
    callAws(`S3, bucket ${name}`, async () => act(await clients.s3()), fine);
  async function isThere(): Promise<boolean> {
    const head = new HeadBucketCommand({ Bucket: name });
    return (await call((s3) => s3.send(head), NO_BUCKET)) !== undefined;
  }
  return {
    kind: 'bucket',
    name,
    isEssential: true,
    isThere,
    async create() {
      const create = new CreateBucketCommand({ Bucket: name, ...locationOf(region) });
      const created = await call((s3) => s3.send(create), ['BucketAlreadyOwnedByYou']);
      // Made by somebody else meanwhile: how it is kept is up to them.
      if (created === undefined) return;
      await call((s3) => s3.send(taggedWith(name, tag)), UNKNOWN_CALL);
      await call((s3) => s3.send(closedToThePublic(name)), UNKNOWN_CALL);
      await call((s3) => s3.send(withoutForgottenUploads(name)), UNKNOWN_CALL);
    },
    async isOwn() {
      const ask = new GetBucketTaggingCommand({ Bucket: name });
      const answer = await call((s3) => s3.send(ask), ['NoSuchTagSet', ...UNKNOWN_CALL]);
      return bears(answer?.TagSet, tag);
    },
    async remove() {
      if (!(await isThere())) return;
      await emptySettingsBucket({ name, call, unknownCall: UNKNOWN_CALL });
      await call((s3) => s3.send(new DeleteBucketCommand({ Bucket: name })), NO_BUCKET);
    },
  };
}

function locationOf(region: string | undefined) {
  if (region === undefined || region === DEFAULT_REGION) return {};
  return { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
}

function taggedWith(Bucket: string, tag: OwnTag): PutBucketTaggingCommand {
  return new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [tag] } });
}

function closedToThePublic(Bucket: string): PutPublicAccessBlockCommand {
  return new PutPublicAccessBlockCommand({
    Bucket,
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  });
}

function withoutForgottenUploads(Bucket: string): PutBucketLifecycleConfigurationCommand {
  return new PutBucketLifecycleConfigurationCommand({
    Bucket,
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
  });
}
