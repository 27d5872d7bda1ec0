import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListMultipartUploadsCommandInput,
  type ListObjectVersionsCommandInput,
  type MultipartUpload,
  type S3Client,
} from '@aws-sdk/client-s3';
import { NommerError } from '../../core/errors.ts';
import { SETTINGS_KEY } from '../s3-settings-bucket.ts';

export interface FilledBucket {
  readonly name: string;
  /** Makes a call about it. @param fine codes that are no failure: the answer is undefined then */
  readonly call: <T>(
    act: (s3: S3Client) => Promise<T>,
    fine?: readonly string[],
  ) => Promise<T | undefined>;
  /** Codes of servers that speak S3 without versions, or do not list uploads. */
  readonly unknownCall: readonly string[];
}

/** A thing in the bucket, in one of its versions where there are versions. */
interface Thing {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

/**
 * Deletes the settings in all their versions, and uploads that nobody has ended: S3 takes no bucket away
 * that holds anything.
 * @throws NommerError BADINPUT when there is anything else in it. Nothing is deleted then.
 */
export async function emptySettingsBucket(bucket: FilledBucket): Promise<void> {
  const { name: Bucket, call } = bucket;
  // With two of them, one is not the settings.
  const list = new ListObjectsV2Command({ Bucket, MaxKeys: 2 });
  const objects: readonly Thing[] = (await call((s3) => s3.send(list)))?.Contents ?? [];
  refuseForeign(Bucket, objects);
  const versions = await versionsIn(bucket);
  refuseForeign(Bucket, versions);
  // A deletion that names no version would only add a marker where there are versions.
  for (const { VersionId } of versions.length > 0 ? versions : objects) {
    const version = VersionId === undefined ? {} : { VersionId };
    const remove = new DeleteObjectCommand({ Bucket, Key: SETTINGS_KEY, ...version });
    await call((s3) => s3.send(remove));
  }
  for (const { Key, UploadId } of await uploadsIn(bucket)) {
    const abort = new AbortMultipartUploadCommand({ Bucket, Key, UploadId });
    await call((s3) => s3.send(abort), ['NoSuchUpload']);
  }
}

function refuseForeign(bucket: string, things: readonly Thing[]): void {
  const foreign = things.find(({ Key }) => Key !== SETTINGS_KEY);
  if (foreign === undefined) return;
  throw new NommerError(
    'BADINPUT',
    `S3, bucket ${bucket}: it stays, for it holds other things than settings; received ${JSON.stringify(foreign.Key)}`,
  );
}

/** @returns why the bucket cannot be deleted, if it cannot */
export async function whyKept(bucket: FilledBucket): Promise<string | undefined> {
  const { objects, versions } = await thingsIn(bucket);
  return otherThan(objects, versions);
}

function otherThan(...things: readonly (readonly Thing[])[]): string | undefined {
  const other = things.flat().find(({ Key }) => Key !== SETTINGS_KEY);
  if (other === undefined) return undefined;
  return `holds other things than settings; received ${JSON.stringify(other.Key)}`;
}

async function thingsIn(bucket: FilledBucket) {
  // With two of them, one is not the settings.
  const list = new ListObjectsV2Command({ Bucket: bucket.name, MaxKeys: 2 });
  const answer = await bucket.call((s3) => s3.send(list));
  const objects: readonly Thing[] = answer?.Contents ?? [];
  return { objects, versions: await versionsIn(bucket) };
}

/** @returns deletion markers too; nothing where a server knows no versions */
async function versionsIn({ name: Bucket, call, unknownCall }: FilledBucket) {
  const found: Thing[] = [];
  let from: Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'> | undefined = {};
  while (from !== undefined) {
    const list: ListObjectVersionsCommand = new ListObjectVersionsCommand({ Bucket, ...from });
    const page = await call((s3) => s3.send(list), unknownCall);
    found.push(...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? []));
    from = page?.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  }
  return found;
}

async function uploadsIn({ name: Bucket, call, unknownCall }: FilledBucket) {
  const found: MultipartUpload[] = [];
  let from: Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> | undefined = {};
  while (from !== undefined) {
    const list: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({ Bucket, ...from });
    const page = await call((s3) => s3.send(list), unknownCall);
    found.push(...(page?.Uploads ?? []));
    from = page?.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      : undefined;
  }
  return found;
}
