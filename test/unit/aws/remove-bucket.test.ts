import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListObjectsV2Command,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwsClients } from '../../../src/aws/aws-clients.ts';
import { S3SettingsBucket } from '../../../src/aws/s3-settings-bucket.ts';
import { bucketResource } from '../../../src/aws/setup/bucket-resource.ts';
import { awsSettings } from '../../conformance/open-aws-tables.ts';
import { startBucketServer } from '../../doubles/start-bucket-server.ts';

const TAG = { Key: 'media-nommer', Value: 'media_nommer' };
const Bucket = 'nom-settings';
const SETTINGS = 'nomconf.json';

async function begin() {
  const server = await startBucketServer();
  const clients = new AwsClients(awsSettings({ s3Endpoint: server.endpoint }));
  onTestFinished(async () => {
    await clients.close();
    await server.close();
  });
  const s3 = await clients.s3();
  const tools = { clients, tag: TAG, onWait: () => {} };
  const bucket = bucketResource(tools, { name: Bucket, region: undefined });
  const look = () => bucket.look();
  const resource = {
    look,
    create: async () => bucket.create?.(),
    remove: async () => bucket.remove?.(),
    repair: async () => bucket.repair?.(),
    whyKept: async () => bucket.whyKept?.(),
  };
  const publish = () => new S3SettingsBucket({ clients, bucket: Bucket }).publish({ A: 1 });
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  const keys = async () =>
    (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key) ?? [];
  return { server, s3, resource, publish, put, keys };
}

describe("an installation's own bucket, when it is taken down", () => {
  it('goes with the settings in it', async () => {
    const { resource, publish } = await begin();
    await resource.create();
    expect(await resource.look()).toMatchObject({ state: 'there', isOwn: true });
    await publish();
    await resource.remove();
    expect(await resource.look()).toEqual({ state: 'missing' });
    await resource.remove();
  });

  it('goes with all versions of the settings and the marks of their deletion', async () => {
    const { server, resource, publish } = await begin();
    await resource.create();
    await publish();
    server.versions = [
      { key: SETTINGS, versionId: 'v3' },
      { key: SETTINGS, versionId: 'v2', isMarker: true },
      { key: SETTINGS, versionId: 'null' },
    ];
    await resource.remove();
    expect(server.versions).toEqual([]);
    expect(await resource.look()).toEqual({ state: 'missing' });
  });

  it('gets no mark of a deletion while it is empty, with which it could not be deleted', async () => {
    const { server, resource } = await begin();
    await resource.create();
    server.versions = [];
    await resource.remove();
    expect(server.versions).toEqual([]);
    expect(await resource.look()).toEqual({ state: 'missing' });
  });

  it('goes with uploads that nobody has ended', async () => {
    const { server, s3, resource, publish } = await begin();
    await resource.create();
    await publish();
    for (const key of ['out/a.mp4', 'out/b.mp4', SETTINGS]) {
      const create = new CreateMultipartUploadCommand({ Bucket, Key: key });
      const { UploadId: uploadId = '' } = await s3.send(create);
      server.uploads.push({ key, uploadId });
    }
    await resource.remove();
    expect(server.uploads).toEqual([]);
    expect(await resource.look()).toEqual({ state: 'missing' });
  });

  it.each(['aaa.mp4', 'nomconf.json.mp4', 'out/zzz.mp4'])(
    'stays with its settings when it holds %s, and says so',
    async (key) => {
      const { resource, publish, put, keys } = await begin();
      await resource.create();
      await publish();
      await put(key);
      await expect(resource.remove()).rejects.toThrow(
        `S3, bucket ${Bucket}: it stays, for it holds other things than settings; received "${key}"`,
      );
      expect(await resource.whyKept()).toContain('holds other things');
      expect(await keys()).toEqual([key, SETTINGS].toSorted());
    },
  );

  it('stays when it holds nothing but old versions of other things', async () => {
    const { server, resource, publish, keys } = await begin();
    await resource.create();
    await publish();
    server.versions = [
      { key: SETTINGS, versionId: 'v2' },
      { key: 'out.mp4', versionId: 'v1' },
      { key: 'out.mp4', versionId: 'gone', isMarker: true },
    ];
    await expect(resource.remove()).rejects.toThrow('received "out.mp4"');
    expect(server.versions).toHaveLength(3);
    expect(await keys()).toEqual([SETTINGS]);
  });
});

describe('a bucket that setup did not make', () => {
  it.each([
    ['without tags', undefined],
    ['of another installation', { ...TAG, Value: 'another' }],
  ])('is not its own, %s', async (_, tag) => {
    const { s3, resource } = await begin();
    await s3.send(new CreateBucketCommand({ Bucket }));
    if (tag !== undefined) {
      await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [tag] } }));
    }
    expect(await resource.look()).toMatchObject({ isOwn: false });
  });
});
