import { CreateBucketCommand, PutBucketTaggingCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwsClients } from '../../../src/aws/aws-clients.ts';
import { bucketResource } from '../../../src/aws/setup/bucket-resource.ts';
import { awsSettings } from '../../conformance/open-aws-tables.ts';
import { startBucketServer } from '../../doubles/start-bucket-server.ts';
import { startHttpServer } from '../storage/start-http-server.ts';

const TAG = { Key: 'media-nommer', Value: 'media_nommer' };
const Bucket = 'nom-settings';

async function begin() {
  const server = await startBucketServer();
  const clients = new AwsClients(awsSettings({ s3Endpoint: server.endpoint }));
  onTestFinished(async () => {
    await clients.close();
    await server.close();
  });
  const tools = { clients, tag: TAG, onWait: () => {} };
  const bucket = bucketResource(tools, { name: Bucket, region: undefined });
  return { server, s3: await clients.s3(), bucket };
}

describe('the settings bucket', () => {
  it('is made with its tag, closed, encrypted, and without forgotten uploads', async () => {
    const { server, bucket } = await begin();
    await bucket.create?.();
    expect(await bucket.look()).toMatchObject({ state: 'there', isOwn: true });
    expect([...server.subresources.keys()].toSorted()).toEqual(['encryption', 'publicAccessBlock']);
  });

  it('says what it lacks, and gets it', async () => {
    const { server, bucket } = await begin();
    await bucket.create?.();
    server.subresources.clear();
    expect(await bucket.look()).toMatchObject({
      state: 'differs',
      canRepair: true,
      detail: 'is not closed to the public; has no encryption by default',
    });
    await bucket.repair?.();
    expect(await bucket.look()).toMatchObject({ state: 'there' });
  });

  it('is taken for its own where setup was interrupted after the first call', async () => {
    const { s3, bucket } = await begin();
    await s3.send(new CreateBucketCommand({ Bucket }));
    expect(await bucket.look()).toMatchObject({ state: 'differs', isOwn: false, canRepair: true });
    await bucket.repair?.();
    expect(await bucket.look()).toMatchObject({ state: 'there', isOwn: true });
  });

  it.each([
    ['has things in it', undefined],
    ['is tagged', { Key: 'team', Value: 'video' }],
  ])("stays somebody else's when it %s", async (_, tag) => {
    const { s3, bucket } = await begin();
    await s3.send(new CreateBucketCommand({ Bucket }));
    if (tag === undefined) await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    else await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [tag] } }));
    expect(await bucket.look()).toEqual({ state: 'there', isOwn: false, canRepair: false });
  });

  it.each([
    [403, {}, /access denied \(403\).*another account's.*s3:ListBucket.*received "nom-settings"/u],
    [301, { 'x-amz-bucket-region': 'eu-west-1' }, /in eu-west-1, not in us-east-1 \(AWS_REGION\)/u],
  ])('explains an answer of %i without a word', async (status, headers, message) => {
    const silent = await startHttpServer((request, response) => {
      request.resume();
      response.writeHead(status, headers).end();
    });
    const clients = new AwsClients(awsSettings({ s3Endpoint: silent.url }));
    onTestFinished(() => clients.close());
    const tools = { clients, tag: TAG, onWait: () => {} };
    const bucket = bucketResource(tools, { name: Bucket, region: 'us-east-1' });
    await expect(bucket.look()).rejects.toThrow(message);
  });
});
