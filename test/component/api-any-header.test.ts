import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiTokens } from '../../src/conf/api-tokens.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

const TOKEN = 'a-token-of-16-or-more';
const NAMES = [
  'authorization',
  'host',
  'origin',
  'x-forwarded-for',
  'x-forwarded-host',
  'idempotency-key',
  'last-event-id',
  'content-type',
  'accept',
  'connection',
  'expect',
  'transfer-encoding',
  '__proto__',
  'constructor',
] as const;

let open: OpenApi;
let port: number;

beforeAll(async () => {
  const tokens = apiTokens.schema.parse([TOKEN]);
  open = await openApi({ settings: { apiTokens: tokens, trustedProxies: ['127.0.0.1'] } });
  port = Number(new URL(await open.api.listen({ host: '127.0.0.1', port: 0 })).port);
});

afterAll(() => open.api.close());

const bytes = (min: number, max: number) =>
  fc
    .array(fc.integer({ min, max }), { maxLength: 60 })
    .map((codes) => String.fromCharCode(...codes));
/** What HTTP allows in a header, and what it does not. */
const value = fc.oneof(
  bytes(0x20, 0x7e),
  bytes(0x20, 0xff),
  bytes(0, 0xff).map((all) => all.replaceAll('\n', '')),
  fc.constantFrom('', '::', '[', ':', '@', 'null', 'http://[', 'a'.repeat(9000)),
);
const credentials = fc.oneof(
  value,
  value.map((any) => `Bearer ${any}`),
  value.map((any) => `Basic ${any}`),
  value.map((any) => `Basic ${Buffer.from(any, 'latin1').toString('base64')}`),
  fc.constantFrom(`Bearer ${TOKEN}`, `Basic ${btoa(`:${TOKEN}`)}`),
);
const headers = fc.record({
  given: fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 4 }),
  authorization: fc.option(credentials, { nil: undefined }),
});
const call = fc.constantFrom(
  ['POST', '/job/submit/'],
  ['POST', '/jobs'],
  ['GET', '/jobs'],
  ['GET', '/healthz'],
  ['GET', '/nothing'],
);

describe('no header', { timeout: 120_000 }, () => {
  it('makes a fault of our own, or lets somebody in', async () => {
    let client = 0;
    let letIn = false;
    await fc.assert(
      fc.asyncProperty(call, headers, async ([method, url], { given, authorization }) => {
        const socket = connect(port, '127.0.0.1');
        const body = JSON.stringify(SUBMISSION);
        const lines = [
          `${method} ${url} HTTP/1.1`,
          'Host: 127.0.0.1',
          'Connection: close',
          `Content-Length: ${body.length}`,
          ...given.map(([name, sent]) => `${name}: ${sent}`),
          // Each comes from somewhere else, or all would soon be refused unread.
          `X-Forwarded-For: 10.0.${(client += 1) >> 8}.${client & 255}`,
          ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
        ];
        socket.on('error', () => {});
        socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
        const answer = await text(socket).catch(() => 'closed');
        const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 400);
        expect([status, answer.includes('INTERNAL')]).toEqual([expect.any(Number), false]);
        expect(status).toBeLessThan(500);
        expect(answer).not.toContain('RATE_LIMITED');
        expect(answer).not.toContain(TOKEN);
        const isIn = url.startsWith('/job') && /"success":true|"unique_id"|"jobs"/.test(answer);
        const shown = new RegExp(`^Authorization: .*(${TOKEN}|${btoa(`:${TOKEN}`)})`, 'im');
        if (isIn) expect(lines.join('\n')).toMatch(shown);
        letIn ||= isIn;
      }),
      { numRuns: 600 },
    );
    expect(letIn).toBe(true);
    expect(Object.keys(Object.prototype)).toEqual([]);
    const alive = await fetch(`http://127.0.0.1:${port}/healthz`);
    expect(alive.status).toBe(200);
  });
});
