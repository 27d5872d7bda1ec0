import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMediaUri } from '../../../src/core/media-uri.ts';
import type { Moved } from '../../../src/core/storage-backend.ts';
import { HttpStorage } from '../../../src/storage/http/http-storage.ts';
import { loopbackGuard } from '../../doubles/loopback.ts';
import { openWorkroom } from './open-workroom.ts';
import { startHttpServer, type Handler } from './start-http-server.ts';

const MIB = 1024 * 1024;
const storage = new HttpStorage({
  maxSourceBytes: 20 * MIB,
  stallSeconds: 10,
  retryDelayMs: 1,
  guard: loopbackGuard,
});
const uriOf = (text: string) => parseMediaUri(text, 'source_path');
const hangUp: Handler = (_request, response) =>
  void response.write('beginning', () => response.destroy());
const free = () => ({ signal: new AbortController().signal });

/** Downloads from a server that answers one request after the other as the handlers say. */
async function download(handlers: readonly Handler[], backend = storage) {
  const room = await openWorkroom();
  const left = [...handlers];
  const server = await startHttpServer((request, response) => {
    const handler = left.length > 1 ? left.shift() : left[0];
    handler?.(request, response);
  });
  const file = join(room.path, 'copy');
  const onProgress = ({ bytes }: Moved) => arrived.emit('bytes', bytes);
  const uri = uriOf(`${server.url}/a.mp4`);
  const outcome = backend.download(uri, file, { ...free(), onProgress });
  return { room, server, outcome, content: () => outcome.then(() => readFile(file)) };
}

/** Tells a server how much its client has by now. */
const arrived = new EventEmitter();

/** Hangs up once the client has `bytes`. */
function hangUpAt(bytes: number, response: ServerResponse): void {
  const onBytes = (has: number) => {
    if (has >= bytes) response.destroy();
  };
  arrived.on('bytes', onBytes);
  response.once('close', () => arrived.off('bytes', onBytes));
}

function whole(content: Buffer, headers: Record<string, string> = {}): Handler {
  return (_request, response) => {
    response.writeHead(200, { 'content-length': content.length, ...headers });
    response.end(content);
  };
}

/** Promises all of it and hangs up after `bytes`. */
function broken(content: Buffer, bytes: number, headers: Record<string, string> = {}): Handler {
  return (_request, response) => {
    response.writeHead(200, { 'content-length': content.length, ...headers });
    hangUpAt(bytes, response);
    response.write(content.subarray(0, bytes));
  };
}

/** Sends the rest that was asked for, up to `bytes` of it before it hangs up. */
function rest(content: Buffer, headers: Record<string, string>, bytes = Infinity): Handler {
  return (request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? 'bytes=0-')?.[1]);
    const part = content.subarray(from);
    const range = `bytes ${from}-${content.length - 1}/${content.length}`;
    response.writeHead(206, { 'content-length': part.length, 'content-range': range, ...headers });
    if (part.length <= bytes) return void response.end(part);
    hangUpAt(from + bytes, response);
    response.write(part.subarray(0, bytes));
  };
}

function answer(status: number, headers: Record<string, string> = {}): Handler {
  return (_request, response) => {
    response.writeHead(status, headers).end('some words about it');
  };
}

describe('a download over http', () => {
  const content = randomBytes(3 * MIB);

  it('goes on where the connection dropped', async () => {
    const etag = '"v1"';
    const run = await download([
      broken(content, MIB, { etag }),
      rest(content, { etag }, 500_000),
      rest(content, { etag }),
    ]);
    expect(content.equals(await run.content())).toBe(true);
    const [first, second, third] = run.server.requests.map(({ headers }) => headers);
    expect(first?.range).toBeUndefined();
    expect(second).toMatchObject({ range: `bytes=${MIB}-`, 'if-range': etag });
    expect(third).toMatchObject({ range: `bytes=${MIB + 500_000}-`, 'if-range': etag });
  });

  it('trusts the date where the ETag is weak', async () => {
    const headers = { etag: 'W/"v1"', 'last-modified': 'Tue, 03 Nov 2026 10:00:00 GMT' };
    const run = await download([broken(content, MIB, headers), rest(content, headers)]);
    expect(content.equals(await run.content())).toBe(true);
    expect(run.server.requests[1]?.headers['if-range']).toBe(headers['last-modified']);
  });

  it('bears any number of drops while it gets on', async () => {
    const long = randomBytes(12 * MIB);
    const etag = '"v1"';
    const drop = rest(long, { etag }, 1_300_000);
    const run = await download([
      broken(long, 1_300_000, { etag }),
      ...Array.from({ length: 8 }, () => drop),
      rest(long, { etag }),
    ]);
    expect(long.equals(await run.content())).toBe(true);
    expect(run.server.requests).toHaveLength(10);
  });

  it.each<[string, Handler[]]>([
    ['the server ignores Range', [broken(content, MIB, { etag: '"v1"' }), whole(content)]],
    ['nothing names the content', [broken(content, MIB), whole(content)]],
    [
      'the content is another by now',
      [broken(randomBytes(2 * MIB), MIB, { etag: '"v0"' }), whole(content, { etag: '"v1"' })],
    ],
    [
      'the rest is of another version',
      [
        broken(randomBytes(3 * MIB), MIB, { etag: '"v0"' }),
        rest(content, { etag: '"v1"' }),
        whole(content, { etag: '"v1"' }),
      ],
    ],
    ['the range is refused', [broken(content, MIB, { etag: '"v1"' }), answer(416), whole(content)]],
    [
      'the rest begins elsewhere',
      [
        broken(content, MIB, { etag: '"v1"' }),
        answer(206, { 'content-range': 'bytes 5-9/10', etag: '"v1"' }),
        whole(content),
      ],
    ],
  ])('starts from zero when %s', async (_when, handlers) => {
    const run = await download(handlers);
    expect(content.equals(await run.content())).toBe(true);
  });

  it('gives up a source that always ends early, and keeps none of it', async () => {
    const run = await download([broken(content, 1000)]);
    await expect(run.outcome).rejects.toMatchObject({
      code: 'SOURCE_INCOMPLETE',
      retryable: true,
      message: expect.stringContaining(`received 1000 bytes of ${content.length}`) as string,
    });
    expect(run.server.requests).toHaveLength(6);
    expect(await run.room.names()).toEqual([]);
  });

  it('takes a body whose length nobody told, and notices when its end is missing', async () => {
    const chunked: Handler = (_request, response) => void response.end(content);
    expect(content.equals(await (await download([chunked])).content())).toBe(true);
    await expect((await download([hangUp])).outcome).rejects.toMatchObject({
      code: 'SOURCE_INCOMPLETE',
    });
  });

  it.each([
    [404, 'SOURCE_NOT_FOUND', false, 1],
    [410, 'SOURCE_NOT_FOUND', false, 1],
    [401, 'SOURCE_FORBIDDEN', false, 1],
    [403, 'SOURCE_FORBIDDEN', false, 1],
    [400, 'SOURCE_UNREACHABLE', false, 1],
    [204, 'SOURCE_UNREACHABLE', false, 1],
    [429, 'SOURCE_UNREACHABLE', true, 6],
    [500, 'SOURCE_UNREACHABLE', true, 6],
    [503, 'SOURCE_UNREACHABLE', true, 6],
  ])('calls status %i %s', async (status, code, retryable, requests) => {
    const run = await download([answer(status)]);
    await expect(run.outcome).rejects.toMatchObject({ code, retryable });
    expect(run.server.requests).toHaveLength(requests);
    expect(await run.room.names()).toEqual([]);
  });

  it('gets over the bad moments of a server', async () => {
    const run = await download([answer(503), answer(429), whole(content)]);
    expect(content.equals(await run.content())).toBe(true);
  });

  it('says that nobody listens', async () => {
    const room = await openWorkroom();
    const uri = uriOf('http://127.0.0.1:1/a.mp4');
    await expect(storage.download(uri, join(room.path, 'copy'), free())).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      retryable: true,
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it.each<[string, Handler]>([
    ['never answers', () => {}],
    ['sends a beginning and then nothing', (_request, response) => void response.write('x')],
    ['drips byte by byte', drip],
  ])('gives up a server that %s', async (_what, handler) => {
    const impatient = new HttpStorage({
      maxSourceBytes: MIB,
      stallSeconds: 0.1,
      retryDelayMs: 1,
      guard: loopbackGuard,
    });
    const run = await download([handler], impatient);
    await expect(run.outcome).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      message: expect.stringContaining('stalled') as string,
    });
    await run.server.becomesQuiet();
    expect(await run.room.names()).toEqual([]);
  });

  it('refuses a source whose length is over the limit before it comes', async () => {
    const run = await download([
      (_request, response) =>
        void response.writeHead(200, { 'content-length': 21 * MIB }).write('x'),
    ]);
    await expect(run.outcome).rejects.toMatchObject({ code: 'SOURCE_TOO_LARGE' });
    await run.server.becomesQuiet();
  });

  it('refuses an endless source once it is over the limit', async () => {
    const run = await download([pour]);
    await expect(run.outcome).rejects.toMatchObject({ code: 'SOURCE_TOO_LARGE' });
    await run.server.becomesQuiet();
    expect(await run.room.names()).toEqual([]);
  });

  it('closes the connection when it is aborted in silence', async () => {
    const room = await openWorkroom();
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const server = await startHttpServer((_request, response) => {
      response
        .writeHead(200, { 'content-length': 1000 })
        .write('x', () => controller.abort(reason));
    });
    const file = join(room.path, 'copy');
    const { signal } = controller;
    await expect(storage.download(uriOf(`${server.url}/a`), file, { signal })).rejects.toBe(reason);
    await server.becomesQuiet();
    expect(await room.names()).toEqual([]);
  });

  it('shows neither password nor signature in its errors', async () => {
    const room = await openWorkroom();
    const server = await startHttpServer(answer(403));
    const { host } = new URL(server.url);
    const uri = uriOf(`http://anna:hunter2@${host}/a.mp4?X-Amz-Signature=c0ffee&key=s3cret`);
    const error: unknown = await storage
      .download(uri, join(room.path, 'copy'), free())
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(`${server.url}/a.mp4`);
    expect(String(error)).not.toMatch(/anna|hunter2|c0ffee|s3cret/);
  });
});

function drip(_request: IncomingMessage, response: ServerResponse): void {
  const timer = setInterval(() => response.write('x'), 10);
  response.once('close', () => clearInterval(timer));
}

function pour(_request: IncomingMessage, response: ServerResponse): void {
  const chunk = Buffer.alloc(256 * 1024);
  const more = () => {
    while (!response.destroyed && response.write(chunk)) continue;
  };
  response.on('drain', more);
  more();
}
