import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketTaggingCommand,
  type BucketLocationConstraint,
  type S3Client,
  type Tag,
} from '@aws-sdk/client-s3';
import { awsErrorCode, callAws } from '../aws-error.ts';
import { SETTINGS_KEY } from '../s3-settings-bucket.ts';
import { bucketTraits, UNKNOWN_CALL } from './bucket-traits.ts';
import { emptySettingsBucket, whyKept } from './empty-settings-bucket.ts';
import { explainBucket } from './explain-bucket.ts';
import { bears, found, MISSING, ownership, type Resource, type SetupTools } from './resource.ts';

/** Where a bucket is made when no location is named. */
const DEFAULT_REGION = 'us-east-1';
const NO_BUCKET = ['NotFound', 'NoSuchBucket'];

export interface BucketToHave {
  readonly name: string;
  readonly region: string | undefined;
}

/** The settings bucket: closed to the public, encrypted, and without uploads that nobody ended. */
export function bucketResource(
  { clients, tag }: SetupTools,
  { name, region }: BucketToHave,
): Resource {
  const Bucket = name;
  const call = <T>(act: (s3: S3Client) => Promise<T>, fine?: readonly string[]) =>
    callAws(`S3, bucket ${name}`, async () => act(await clients.s3()), fine);
  const traits = bucketTraits(name, call);

  async function isThere(): Promise<boolean> {
    try {
      return (
        (await call((s3) => s3.send(new HeadBucketCommand({ Bucket })), NO_BUCKET)) !== undefined
      );
    } catch (thrown: unknown) {
      throw explainBucket(thrown, { name, region });
    }
  }

  /** @returns undefined where a server knows no tags */
  async function tags(): Promise<readonly Tag[] | undefined> {
    try {
      const ask = new GetBucketTaggingCommand({ Bucket });
      return (await call((s3) => s3.send(ask), UNKNOWN_CALL))?.TagSet;
    } catch (thrown: unknown) {
      if (thrown instanceof Error && awsErrorCode(thrown.cause) === 'NoSuchTagSet') return [];
      throw thrown;
    }
  }

  /** As a setup leaves it that was interrupted after the first call. */
  async function isBlank(): Promise<boolean> {
    if ((await tags())?.length !== 0) return false;
    const list = new ListObjectsV2Command({ Bucket, MaxKeys: 2 });
    const { Contents = [] } = (await call((s3) => s3.send(list))) ?? {};
    return Contents.every(({ Key }) => Key === SETTINGS_KEY);
  }

  async function putTag(): Promise<void> {
    const put = new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [tag] } });
    await call((s3) => s3.send(put), UNKNOWN_CALL);
  }

  return {
    kind: 'bucket',
    name,
    async look() {
      if (!(await isThere())) return MISSING;
      const isOwn = await ownership(async () => bears(await tags(), tag));
      if (isOwn === true) {
        const lacks: string[] = [];
        for (const trait of traits) if (!(await trait.isThere())) lacks.push(trait.lack);
        return found({ isOwn, differences: lacks });
      }
      if (isOwn !== false || !(await isBlank())) return found({ isOwn });
      return found({ isOwn, differences: ['is empty and without tags'], canRepair: true });
    },
    async create() {
      const create = new CreateBucketCommand({ Bucket, ...locationOf(region) });
      const created = await call((s3) => s3.send(create), ['BucketAlreadyOwnedByYou']);
      // Made by somebody else meanwhile: how it is kept is up to them.
      if (created === undefined) return;
      await putTag();
      for (const trait of traits) await trait.put();
    },
    async repair() {
      if (await isBlank()) await putTag();
      for (const trait of traits) if (!(await trait.isThere())) await trait.put();
    },
    whyKept: () => whyKept({ name, call, unknownCall: UNKNOWN_CALL }),
    async remove() {
      if (!(await isThere())) return;
      await emptySettingsBucket({ name, call, unknownCall: UNKNOWN_CALL });
      await call((s3) => s3.send(new DeleteBucketCommand({ Bucket })), NO_BUCKET);
    },
  };
}

function locationOf(region: string | undefined) {
  if (region === undefined || region === DEFAULT_REGION) return {};
  return { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
}
