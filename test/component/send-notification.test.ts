import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { verifyWebhook } from '../../src/client/verify-webhook.ts';
import type { NotifyRequest } from '../../src/core/notification.ts';
import { openSender } from '../../src/feederd/notify/send-notification.ts';
import { LOOPBACK } from '../doubles/loopback.ts';
import { makeJob } from '../doubles/make-job.ts';
import { makeNotification } from '../doubles/make-notification.ts';
import { startListener } from '../doubles/start-listener.ts';

const DEFAULT = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const OLD = `whsec_${Buffer.alloc(24, 2).toString('base64')}`;
const OWN = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
const notification = makeNotification({ id: 'job-1_3', sequence: 3, jobState: 'FINISHED' });

describe('a receiver', () => {
  let server: Server;
  let url: string;
  let heard: { readonly request: IncomingMessage; readonly body: string }[];
  let answer: (response: ServerResponse) => void;

  beforeEach(async () => {
    heard = [];
    answer = (response) => response.writeHead(204).end();
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        heard.push({ request, body: Buffer.concat(parts).toString() });
        answer(response);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${portOf(server)}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const send = (
    notify: Partial<NotifyRequest> | string = {},
    notifySecrets = [DEFAULT, OLD],
    httpAllowedNetworks = LOOPBACK,
  ) => {
    const to =
      typeof notify === 'string'
        ? { notifyUrl: notify }
        : { notify: { url: `${url}/hook?a=b%20c#d`, events: [], secret: null, ...notify } };
    const job = makeJob({ jobState: 'FINISHED', sourcePath: 's3://ID:canary@in/a.mov', ...to });
    const settings = { notifyTimeoutSeconds: 1, notifySecrets, httpAllowedNetworks };
    return openSender(settings)(job, notification, Date.now());
  };

  it('gets a POST with the job, signed with every secret of the installation', async () => {
    expect(await send()).toStrictEqual({ delivered: true, status: 204 });
    const [{ request, body } = { request: undefined, body: '' }] = heard;
    expect(request).toMatchObject({ method: 'POST', url: '/hook?a=b%20c' });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'media-nommer',
      'webhook-id': 'job-1_3',
    });
    for (const secret of [DEFAULT, OLD]) {
      const webhook = await verifyWebhook(secret, request?.headers ?? {}, body);
      expect(webhook).toMatchObject({
        type: 'job.finished',
        timestamp: '2026-11-01T00:00:00.000Z',
        data: {
          unique_id: 'job-1',
          source_path: 's3://***@in/a.mov',
          job_state: 'FINISHED',
          notified_state: 'FINISHED',
          sequence: 3,
        },
      });
    }
    expect(body).not.toMatch(/canary|whsec|"deliveries"/);
  });

  it('that has brought a secret gets a signature with that alone', async () => {
    await send({ secret: OWN });
    const [{ request, body } = { request: undefined, body: '' }] = heard;
    expect(request?.headers['webhook-signature']).not.toContain(' ');
    const { data } = await verifyWebhook(OWN, request?.headers ?? {}, body);
    expect(data.notify).toMatchObject({ method: 'POST' });
    expect(body).not.toContain(OWN.slice(6));
  });

  it('gets nothing unsigned', async () => {
    expect(await send({}, [])).toMatchObject({ delivered: false });
    expect(heard).toHaveLength(0);
  });

  it('is shown what its URL holds of user and password, and nobody else is', async () => {
    const [, host] = url.split('//');
    await send({ url: `http://me:pass%20word@${host}/` });
    await send(`http://me:pass%20word@${host}/old`);
    const basic = `Basic ${Buffer.from('me:pass word').toString('base64')}`;
    expect(heard.map(({ request }) => request.headers.authorization)).toStrictEqual([basic, basic]);
    expect(heard.map(({ request }) => request.method)).toStrictEqual(['POST', 'GET']);
    expect(heard.map(({ body }) => body).join()).not.toContain('pass');
  });

  it.each([
    [302, { location: '/elsewhere' }, undefined],
    [404, {}, undefined],
    [429, { 'retry-after': '120' }, 120],
    [503, { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }, 3600],
  ])('that answers %i has not taken it', async (status, headers, retryAfterSeconds) => {
    answer = (response) => response.writeHead(status, headers).end();
    const outcome = await send();
    expect(outcome).toMatchObject({ delivered: false, status });
    expect(outcome).toHaveProperty('error', `the receiver answered ${status}`);
    const { retryAfterSeconds: asked } = outcome as { retryAfterSeconds?: number };
    if (retryAfterSeconds === undefined) expect(asked).toBeUndefined();
    else expect(Math.abs((asked ?? 0) - retryAfterSeconds)).toBeLessThan(5);
    expect(heard).toHaveLength(1);
  });

  it('that says nothing is waited for no longer than it may take', async () => {
    answer = () => undefined;
    expect(await send()).toStrictEqual({ delivered: false, error: 'no answer within 1 s' });
  });

  it('may say as much as it likes, as slowly as it likes: nobody listens', async () => {
    let written = 0;
    const talk = (response: ServerResponse) => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) written += 65_536;
      if (!response.destroyed) response.once('drain', () => talk(response));
    };
    answer = (response) => talk(response.writeHead(200));
    expect(await send()).toStrictEqual({ delivered: true, status: 200 });
    expect(written).toBeLessThan(20_000_000);

    answer = (response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.writeHead(500).once('close', () => clearInterval(timer));
    };
    const before = performance.now();
    expect(await send()).toMatchObject({ delivered: false, status: 500 });
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it.each([
    ['headers without end', `HTTP/1.1 200 OK\r\n${'x-more: and more\r\n'.repeat(5000)}`],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['half an answer', 'HTTP/1.1 200'],
    ['nothing', ''],
  ])('that sends %s has not taken it', async (_what, text) => {
    const raw = createTcpServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end(text));
    }).listen(0, '127.0.0.1');
    await once(raw, 'listening');
    onTestFinished(() => void raw.close());
    const outcome = await send({ url: `http://127.0.0.1:${portOf(raw)}/` });
    expect(outcome).toMatchObject({ delivered: false, error: expect.stringMatching(/\w/) });
  });

  it('at a forbidden address is not connected to, and not tried again', async () => {
    const inner = await startListener('127.0.0.2');
    const at = (host: string) => `http://me:canary@${host}:${inner.port}/`;
    const post = await send({ url: at('127.0.0.2') }, [DEFAULT], ['127.0.0.1']);
    const get = await send(at('localhost'), [DEFAULT], ['127.0.0.2', '10.0.0.0/8']);
    const why = 'is neither public nor in HTTP_ALLOWED_NETWORKS';
    expect([post, get]).toStrictEqual([
      { delivered: false, error: `notify.url: 127.0.0.2 ${why}`, isFinal: true },
      { delivered: false, error: `notify_url: localhost ${why}`, isFinal: true },
    ]);
    expect(inner.connections()).toBe(0);
  });

  it('that redirects to a forbidden address is not followed', async () => {
    const inner = await startListener('127.0.0.2');
    const location = `http://127.0.0.2:${inner.port}/`;
    answer = (response) => response.writeHead(307, { location }).end('canary');
    const error = 'the receiver answered 307';
    const outcome = await send({}, [DEFAULT], ['127.0.0.1']);
    expect(outcome).toStrictEqual({ delivered: false, status: 307, error });
    expect(inner.connections()).toBe(0);
  });

  it('that is not there is told of without its password', async () => {
    server.close();
    server.closeAllConnections();
    const gone = url.replace('//', '//me:canary@').replace('127.0.0.1', 'localhost');
    const outcome = await send({ url: gone });
    expect(outcome).toMatchObject({ delivered: false });
    expect(JSON.stringify(outcome)).toContain('ECONNREFUSED');
    expect(JSON.stringify(outcome)).not.toContain('canary');
  });
});

function portOf(server: { address: Server['address'] }): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return address.port;
}
