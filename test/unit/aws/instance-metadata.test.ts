import { expect, it, onTestFinished } from 'vitest';
import { InstanceMetadata } from '../../../src/aws/instance-metadata.ts';
import { startMetadataServer } from '../../doubles/ec2-server/start-metadata-server.ts';

async function open() {
  const server = await startMetadataServer({ instanceId: 'i-1' });
  onTestFinished(() => server.close());
  return { server, metadata: new InstanceMetadata(`${server.endpoint}/`) };
}

it('tells who this instance is', async () => {
  const { metadata } = await open();
  expect(await metadata.instanceId()).toBe('i-1');
});

it('tells what EC2 means to do with it', async () => {
  const { server, metadata } = await open();
  expect(await metadata.poll()).toBe('none');
  server.values.set('meta-data/events/recommendations/rebalance', '{"noticeTime":"x"}');
  expect(await metadata.poll()).toBe('rebalance');
  const notice = { action: 'terminate', time: '2026-11-24T08:22:00Z' };
  server.values.set('meta-data/spot/instance-action', JSON.stringify(notice));
  expect(await metadata.poll()).toEqual({
    action: 'terminate',
    at: Date.UTC(2026, 10, 24, 8, 22),
  });
});

it('says what to do where there is no metadata service', async () => {
  const { server, metadata } = await open();
  await server.close();
  await expect(metadata.instanceId()).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('--local') as string,
  });
});
