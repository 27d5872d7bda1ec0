import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwsClients } from '../../../src/aws/aws-clients.ts';
import { S3SettingsBucket } from '../../../src/aws/s3-settings-bucket.ts';
import { awsSettings } from '../../conformance/open-aws-tables.ts';
import { startS3 } from '../storage/start-s3.ts';

async function openBuckets() {
  const s3 = await startS3('nom-settings');
  const clients = new AwsClients(awsSettings({ s3Endpoint: s3.endpoint }));
  onTestFinished(() => clients.close());
  const open = (bucket = 'nom-settings') => new S3SettingsBucket({ clients, bucket });
  return { s3, clients, open };
}

describe('S3SettingsBucket', () => {
  it('gives what was published last', async () => {
    const { open } = await openBuckets();
    await open().publish({ BACKEND: 'aws', EC2_AMI_ID: 'ami-1' });
    await open().publish({ BACKEND: 'aws', EC2_AMI_ID: 'ami-2' });
    expect(await open().fetch()).toEqual({ BACKEND: 'aws', EC2_AMI_ID: 'ami-2' });
  });

  it('tells that nothing was published yet, or that there is no bucket', async () => {
    const { open } = await openBuckets();
    await expect(open().fetch()).rejects.toMatchObject({ code: 'BAD_SETTING' });
    await expect(open('elsewhere').fetch()).rejects.toMatchObject({ code: 'BAD_SETTING' });
    await expect(open('elsewhere').publish({})).rejects.toMatchObject({ code: 'BAD_SETTING' });
  });

  it.each(['{"BACKEND": ', '[]', ''])('refuses %j instead of settings', async (Body) => {
    const { clients, open } = await openBuckets();
    const client = await clients.s3();
    await client.send(new PutObjectCommand({ Bucket: 'nom-settings', Key: 'nomconf.json', Body }));
    await expect(open().fetch()).rejects.toMatchObject({ code: 'BAD_SETTING' });
  });

  it('tells that S3 refuses', async () => {
    const { s3, open } = await openBuckets();
    s3.fault = () => ({ status: 403 });
    await expect(open().publish({})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(open().fetch()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
