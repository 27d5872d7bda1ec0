import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { apiTokens } from '../../src/conf/api-tokens.ts';
import { KEEP_ALIVE } from '../../src/feederd/api/send-event-stream.ts';
import { openApi, SUBMISSION, type OpenApi, type OpenApiOptions } from './open-api.ts';

const SHOP = 'shop-token-0123456789';
const OPS = 'ops-token-0123456789';

let open: OpenApi;

afterEach(() => open.api.close());

async function listenWith(
  settings: OpenApiOptions['settings'] = {},
  events: OpenApiOptions['events'] = {},
) {
  const tokens = [
    { name: 'shop', token: SHOP },
    { name: 'ops', token: OPS },
  ];
  const all = { apiTokens: apiTokens.schema.parse(tokens), ...settings };
  open = await openApi({ settings: all, events });
  const url = await open.api.listen({ host: '127.0.0.1', port: 0 });
  return { url, port: Number(new URL(url).port) };
}

describe('a request that trickles in', () => {
  it.each([
    ['nothing', ''],
    ['half of its headers', 'POST /jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: '],
    [
      'half of its body',
      `POST /jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${SHOP}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{',
    ],
  ])('is cut off when its time is up: %s', async (_what, sent) => {
    const { port } = await listenWith({ requestTimeoutSeconds: 0.4 });
    const socket = connect(port, '127.0.0.1');
    socket.write(sent);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 [^]*"error_code":"BADINPUT"/);
    expect(open.logged.join('\n')).not.toContain(SHOP);
  });

  it('without a token is answered before its body, which nobody reads', async () => {
    const { port } = await listenWith({ requestTimeoutSeconds: 600 });
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\n{');
    const [first] = (await socket.take(1).toArray()) as Buffer[];
    expect(String(first)).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });

  it('does not end an answer that takes longer', async () => {
    const { url } = await listenWith({ requestTimeoutSeconds: 0.4 }, { quietMs: 200 });
    const headers = { authorization: `Bearer ${SHOP}` };
    const answer = await fetch(`${url}/events`, { headers });
    let comments = 0;
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      comments += chunk.split(KEEP_ALIVE).length - 1;
      if (comments === 6) break;
    }
    expect(comments).toBe(6);
  });
});

async function newJob() {
  const answer = await open.api.inject({
    method: 'POST',
    url: '/jobs',
    headers: { authorization: `Bearer ${OPS}` },
    payload: SUBMISSION,
  });
  return open.backend.get(answer.json<{ unique_id: string }>().unique_id);
}

describe('event streams', () => {
  it('are limited by token, all kinds together, and closing one makes room', async () => {
    const { url } = await listenWith({ maxEventStreams: 2 });
    const { uniqueId: id } = await newJob();
    const stops: AbortController[] = [];
    const openStream = async (token: string, path = '/events') => {
      const stop = new AbortController();
      stops.push(stop);
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${url}${path}`, { headers, signal: stop.signal });
      return { stop, answer, status: answer.status };
    };
    const first = await openStream(SHOP);
    expect([first.status, (await openStream(SHOP, `/jobs/${id}/events`)).status]).toEqual([
      200, 200,
    ]);
    for (const path of ['/events', `/jobs/${id}/events`]) {
      const { answer, status } = await openStream(SHOP, path);
      expect([status, answer.headers.get('retry-after')]).toEqual([429, '5']);
      expect(await answer.json()).toMatchObject({ error_code: 'RATE_LIMITED' });
    }
    expect((await openStream(OPS)).status).toBe(200);
    first.stop.abort();
    await vi.waitUntil(async () => (await openStream(SHOP)).status === 200, 10_000);
    for (const stop of stops) stop.abort();
  });

  it('that fail or end at once take no room', async () => {
    const { url } = await listenWith({ maxEventStreams: 1 });
    const { uniqueId: id } = await newJob();
    await open.desk.cancel(id);
    const headers = { authorization: `Bearer ${SHOP}` };
    for (let n = 0; n < 5; n += 1) {
      const gone = await fetch(`${url}/jobs/unknown/events`, { headers });
      expect(gone.status).toBe(404);
      await gone.text();
      await vi.waitUntil(async () => {
        const ended = await fetch(`${url}/jobs/${id}/events`, { headers });
        await ended.text();
        return ended.status === 200;
      }, 5000);
    }
  });
});
