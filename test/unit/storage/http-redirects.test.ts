import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMediaUri } from '../../../src/core/media-uri.ts';
import { HttpStorage } from '../../../src/storage/http/http-storage.ts';
import { loopbackGuard } from '../../doubles/loopback.ts';
import { openWorkroom } from './open-workroom.ts';
import { startHttpServer } from './start-http-server.ts';

const limits = { maxSourceBytes: 1000, stallSeconds: 10, retryDelayMs: 1, guard: loopbackGuard };

async function fetchText(url: string, storage = new HttpStorage(limits)): Promise<string> {
  const room = await openWorkroom();
  const file = join(room.path, 'copy');
  const { signal } = new AbortController();
  await storage.download(parseMediaUri(url, 'source_path'), file, { signal });
  return readFile(file, 'utf8');
}

/** Redirects `/n` to `/n-1`, and has something at `/0`. */
const countDown = () =>
  startHttpServer((request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) response.end('arrived');
    else response.writeHead(302, { location: `/${left - 1}` }).end();
  });

describe('redirects', () => {
  it('are followed five times', async () => {
    const server = await countDown();
    expect(await fetchText(`${server.url}/5`)).toBe('arrived');
  });

  it('are not followed for ever', async () => {
    const server = await countDown();
    await expect(fetchText(`${server.url}/6`)).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      retryable: false,
    });
    expect(server.requests).toHaveLength(6);
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'http://', 'data:,x'])(
    'to %s are refused',
    async (location) => {
      const server = await startHttpServer((_request, response) => {
        response.writeHead(302, { location }).end();
      });
      await expect(fetchText(`${server.url}/`)).rejects.toMatchObject({
        code: 'SOURCE_UNREACHABLE',
        retryable: false,
      });
    },
  );

  it('take a password along to their own origin and to no other', async () => {
    const other = await startHttpServer((_request, response) => response.end('arrived'));
    const server = await startHttpServer((request, response) => {
      const location = request.url === '/first' ? '/second' : `${other.url}/third`;
      response.writeHead(302, { location }).end();
    });
    const { host } = new URL(server.url);
    expect(await fetchText(`http://anna:p%40ss@${host}/first`)).toBe('arrived');
    const basic = `Basic ${Buffer.from('anna:p@ss').toString('base64')}`;
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([basic, basic]);
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
  });
});
