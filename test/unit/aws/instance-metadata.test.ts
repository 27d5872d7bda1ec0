import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { InstanceMetadata } from '../../../src/aws/instance-metadata.ts';
import { startHttpServer } from '../storage/start-http-server.ts';

const ID = { 'meta-data/instance-id': 'i-0123' };
const ACTION = 'meta-data/spot/instance-action';

interface State {
  token: string;
  /** Answers in the service's stead, if it returns true. */
  fault: (response: ServerResponse) => boolean;
}

/** A metadata service of IMDSv2; `values` by path. */
async function startMetadata(values: Readonly<Record<string, string>> = {}) {
  const state: State = { token: 'first', fault: () => false };
  const server = await startHttpServer((request, response) => {
    if (state.fault(response)) return;
    if (request.method === 'PUT' && request.url === '/latest/api/token') {
      const seconds = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds']);
      response.writeHead(seconds >= 1 && seconds <= 21_600 ? 200 : 400).end(state.token);
    } else if (request.headers['x-aws-ec2-metadata-token'] === state.token) {
      const value = values[(request.url ?? '').replace('/latest/', '')];
      response.writeHead(value === undefined ? 404 : 200).end(value);
    } else response.writeHead(401).end();
  });
  const metadata = new InstanceMetadata(`${server.url}/`);
  const tokenRequests = () => server.requests.filter(({ method }) => method === 'PUT').length;
  return { state, metadata, tokenRequests };
}

describe('InstanceMetadata', () => {
  it('gets a new token when the old one is taken no more, and no sooner', async () => {
    const { state, metadata, tokenRequests } = await startMetadata(ID);
    expect(await metadata.instanceId()).toBe('i-0123');
    expect(await metadata.instanceId()).toBe('i-0123');
    expect(tokenRequests()).toBe(1);
    state.token = 'second';
    expect(await metadata.instanceId()).toBe('i-0123');
    expect(tokenRequests()).toBe(2);
  });

  it('tells of no interruption, a likely one, and one that is announced', async () => {
    const rebalance = {
      'meta-data/events/recommendations/rebalance': '{"noticeTime": "2030-01-02T03:00:00Z"}',
    };
    const notice = { [ACTION]: '{"action": "terminate", "time": "2030-01-02T03:04:05Z"}' };
    const poll = async (values: Readonly<Record<string, string>>) =>
      await (await startMetadata(values)).metadata.poll();
    expect(await poll({})).toBe('none');
    expect(await poll(rebalance)).toBe('rebalance');
    const at = Date.UTC(2030, 0, 2, 3, 4, 5);
    expect(await poll({ ...rebalance, ...notice })).toEqual({ action: 'terminate', at });
  });

  it.each(['<html>', '{}', '{"action": "stop", "time": "soon"}'])(
    'does not take %s for an interruption',
    async (text) => {
      const { metadata } = await startMetadata({ [ACTION]: text });
      await expect(metadata.poll()).rejects.toThrow();
    },
  );

  it.each([429, 503])('tries again after status %i', async (status) => {
    const { state, metadata } = await startMetadata(ID);
    let left = 2;
    state.fault = (response) => {
      left -= 1;
      if (left >= 0) response.writeHead(status).end();
      return left >= 0;
    };
    expect(await metadata.instanceId()).toBe('i-0123');
  });

  it('tries again when there is no answer', async () => {
    const { state, metadata } = await startMetadata(ID);
    let left = 1;
    state.fault = () => {
      left -= 1;
      return left >= 0;
    };
    expect(await metadata.instanceId()).toBe('i-0123');
  });

  it('is unavailable where nothing listens, or only refusals come', async () => {
    const metadata = new InstanceMetadata('http://127.0.0.1:9');
    await expect(metadata.instanceId()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const refusing = await startMetadata(ID);
    refusing.state.fault = (response) => response.writeHead(403).end() !== undefined;
    await expect(refusing.metadata.instanceId()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
