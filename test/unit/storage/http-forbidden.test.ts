import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseMediaUri } from '../../../src/core/media-uri.ts';
import { AddressGuard } from '../../../src/net/address-guard.ts';
import { HttpStorage } from '../../../src/storage/http/http-storage.ts';
import { startListener } from '../../doubles/start-listener.ts';
import { openWorkroom } from './open-workroom.ts';
import { startHttpServer } from './start-http-server.ts';

/** 127.0.0.1 stands for an address of the internet; the rest of loopback for what is forbidden. */
const storage = new HttpStorage({
  maxSourceBytes: 1000,
  stallSeconds: 0.2,
  retryDelayMs: 1,
  guard: new AddressGuard(['127.0.0.1']),
});
const FORBIDDEN = '127.0.0.2';
const { signal } = new AbortController();

async function download(url: string): Promise<void> {
  const room = await openWorkroom();
  const file = `${room.path}/copy`;
  await storage.download(parseMediaUri(url, 'source_path'), file, { signal });
}

async function upload(url: string): Promise<void> {
  const room = await openWorkroom();
  const { file } = await room.fill('out.mp4', 100);
  const options = { signal, jobId: 'job-1', attempt: 1, beforePublish: () => Promise.resolve() };
  await storage.upload(file, parseMediaUri(url, 'dest_path'), options);
}

function refused(field: string, place: string) {
  const why = `${FORBIDDEN} is neither public nor in HTTP_ALLOWED_NETWORKS`;
  const message = `${field}: ${why}; received ${place}`;
  return { code: 'ADDRESS_FORBIDDEN', retryable: false, message };
}

describe('a forbidden address', () => {
  it('is not reached: not as a source, a destination, or one that is looked at', async () => {
    const inner = await startListener(FORBIDDEN);
    const place = `http://${FORBIDDEN}:${inner.port}/a.mp4`;
    const url = place.replace('//', '//me:hunter2@');
    await expect(download(`${url}?a=b`)).rejects.toMatchObject(refused('source_path', place));
    await expect(upload(url)).rejects.toMatchObject(refused('dest_path', place));
    const looked = storage.stat(parseMediaUri(url, 'dest_path'), { signal });
    await expect(looked).rejects.toMatchObject(refused('dest_path', place));
    expect(inner.connections()).toBe(0);
  });

  it.each([301, 302, 303, 307, 308])('is not reached by a %i either', async (status) => {
    const inner = await startListener(FORBIDDEN);
    const server = await startHttpServer((request, response) => {
      const isFirst = request.url === '/a.mp4';
      const location = isFirst ? '/b' : `http://${FORBIDDEN}:${inner.port}/latest?token=x`;
      response.writeHead(status, { location }).end();
    });
    const url = `${server.url}/a.mp4`;
    await expect(download(url)).rejects.toMatchObject(refused('source_path', url));
    // Final: nothing is asked again.
    expect(server.requests.map((request) => request.url)).toEqual(['/a.mp4', '/b']);
    if (status > 303) await expect(upload(url)).rejects.toMatchObject(refused('dest_path', url));
    expect(inner.connections()).toBe(0);
  });
});

describe('an answer', () => {
  it('with headers without end is not read to its end', async () => {
    const server = await startRawServer((socket) => {
      const more = () => {
        while (!socket.destroyed && socket.write(`x-more: ${'y'.repeat(1000)}\r\n`));
      };
      socket.on('drain', more).write('HTTP/1.1 200 OK\r\n');
      more();
    });
    await expect(download(server.url)).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      message: expect.stringContaining('Headers Overflow') as string,
    });
    expect(server.bytesSent()).toBeLessThan(50_000_000);
  });

  it('whose headers drip is given up', async () => {
    const server = await startRawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x: y\r\n'), 10);
      socket.once('close', () => clearInterval(timer));
    });
    await expect(download(server.url)).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      message: expect.stringContaining('stalled') as string,
    });
  });
});

/** @param answer what is done with a connection once a request has come in */
async function startRawServer(answer: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    socket.once('data', () => answer(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.mp4`,
    bytesSent: () => sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
  };
}
