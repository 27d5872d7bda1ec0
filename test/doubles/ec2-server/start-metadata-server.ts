import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MetadataServer {
  readonly endpoint: string;
  /** By path, for example `meta-data/instance-id`. What is not there is answered with 404. */
  readonly values: Map<string, string>;
  /** Gives notice, as two minutes before EC2 takes a spot instance. @param at ms since the epoch */
  interrupt(action: 'terminate' | 'stop' | 'hibernate', at: number): void;
  /** Says that an interruption is likely. */
  recommendRebalance(): void;
  close(): Promise<void>;
}

export interface MetadataOf {
  readonly instanceId: string;
  readonly region?: string;
  readonly userData?: string;
}

/** An instance's metadata service: IMDSv2 only, as the instances are launched. */
export async function startMetadataServer(instance: MetadataOf): Promise<MetadataServer> {
  const { instanceId, region = 'us-east-1', userData } = instance;
  const values = new Map([
    ['meta-data/instance-id', instanceId],
    ['meta-data/placement/region', region],
  ]);
  if (userData !== undefined) values.set('user-data', userData);
  const tokens = new Set<string>();

  function answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === '/latest/api/token') {
      if (request.method !== 'PUT') return void response.writeHead(405).end();
      const seconds = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds']);
      if (!(seconds >= 1 && seconds <= 21_600)) return void response.writeHead(400).end();
      const token = randomBytes(16).toString('base64');
      tokens.add(token);
      response.setHeader('x-aws-ec2-metadata-token-ttl-seconds', String(seconds));
      return void response.end(token);
    }
    const token = request.headers['x-aws-ec2-metadata-token'];
    if (typeof token !== 'string' || !tokens.has(token)) return void response.writeHead(401).end();
    const value = values.get((request.url ?? '').replace(/^\/latest\//u, ''));
    response.writeHead(value === undefined ? 404 : 200).end(value);
  }

  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    values,
    interrupt(action, at) {
      const notice = { action, time: inSeconds(at) };
      values.set('meta-data/spot/instance-action', JSON.stringify(notice));
    },
    recommendRebalance() {
      const recommendation = { noticeTime: inSeconds(Date.now()) };
      values.set('meta-data/events/recommendations/rebalance', JSON.stringify(recommendation));
    },
    async close() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** As EC2 writes times: 2015-01-05T18:02:00Z. */
function inSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
