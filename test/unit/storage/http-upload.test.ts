import { describe, expect, it, vi } from 'vitest';
import { parseMediaUri } from '../../../src/core/media-uri.ts';
import { HttpStorage } from '../../../src/storage/http/http-storage.ts';
import { loopbackGuard } from '../../doubles/loopback.ts';
import { keepFiles } from './keep-files.ts';
import { openWorkroom } from './open-workroom.ts';
import { startHttpServer, type Handler } from './start-http-server.ts';

const storage = new HttpStorage({
  maxSourceBytes: 1,
  stallSeconds: 10,
  retryDelayMs: 1,
  guard: loopbackGuard,
});
const { signal } = new AbortController();

/** Uploads to a server that answers one request after the other as the handlers say. */
async function upload(handlers: readonly Handler[], backend = storage) {
  const room = await openWorkroom();
  const left = [...handlers];
  const server = await startHttpServer((request, response) => {
    const handler = left.length > 1 ? left.shift() : left[0];
    handler?.(request, response);
  });
  const { file, content } = await room.fill('out.mp4', 3_000_000);
  const beforePublish = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const uri = parseMediaUri(`${server.url}/out.mp4?X-Amz-Signature=c0ffee`, 'dest_path');
  const outcome = backend.upload(file, uri, { signal, jobId: 'j', attempt: 1, beforePublish });
  return { server, content, beforePublish, outcome };
}

/** Takes the body and then answers. */
function answer(status: number, headers: Record<string, string> = {}): Handler {
  return (request, response) => {
    request.resume().once('end', () => response.writeHead(status, headers).end());
  };
}

describe('an upload over http', () => {
  it('is one PUT that tells its length and type', async () => {
    const files = new Map<string, Buffer>();
    const run = await upload([keepFiles(files)]);
    await run.outcome;
    expect(run.server.requests).toHaveLength(1);
    expect(run.server.requests[0]).toMatchObject({
      method: 'PUT',
      url: '/out.mp4?X-Amz-Signature=c0ffee',
      headers: { 'content-length': '3000000', 'content-type': 'video/mp4' },
    });
    expect(files.get('/out.mp4?X-Amz-Signature=c0ffee')?.equals(run.content)).toBe(true);
  });

  it('is sent again, whole, when the server had a bad moment or hung up', async () => {
    const files = new Map<string, Buffer>();
    const hangUp: Handler = (request, response) => {
      request.once('data', () => response.destroy());
    };
    const run = await upload([answer(503), hangUp, keepFiles(files)]);
    await run.outcome;
    expect([...files.values()][0]?.equals(run.content)).toBe(true);
    expect(run.beforePublish).toHaveBeenCalledTimes(1);
  });

  it('follows a redirect that keeps the method, and no other', async () => {
    const files = new Map<string, Buffer>();
    await (
      await upload([answer(307, { location: '/elsewhere' }), keepFiles(files)])
    ).outcome;
    expect([...files.keys()]).toEqual(['/elsewhere']);
    const turned = await upload([answer(302, { location: '/elsewhere' })]);
    await expect(turned.outcome).rejects.toMatchObject({ code: 'DEST_FORBIDDEN' });
    expect(turned.server.requests).toHaveLength(1);
  });

  it.each([
    [401, 'DEST_FORBIDDEN', false, 1],
    [403, 'DEST_FORBIDDEN', false, 1],
    [404, 'DEST_FORBIDDEN', false, 1],
    [405, 'DEST_FORBIDDEN', false, 1],
    [429, 'DEST_UNREACHABLE', true, 6],
    [500, 'DEST_UNREACHABLE', true, 6],
  ])('calls status %i %s', async (status, code, retryable, requests) => {
    const run = await upload([answer(status)]);
    await expect(run.outcome).rejects.toMatchObject({ code, retryable });
    expect(run.server.requests).toHaveLength(requests);
  });

  it('gives up a server that takes nothing', async () => {
    const impatient = new HttpStorage({
      maxSourceBytes: 1,
      stallSeconds: 0.2,
      retryDelayMs: 1,
      guard: loopbackGuard,
    });
    const run = await upload([() => {}], impatient);
    await expect(run.outcome).rejects.toMatchObject({
      code: 'DEST_UNREACHABLE',
      message: expect.stringContaining('stalled') as string,
    });
    // Only a server that reads on notices that the other end is gone.
    for (const request of run.server.requests) request.resume();
    await run.server.becomesQuiet();
  });
});

describe('a look over http', () => {
  const stat = async (handler: Handler) => {
    const server = await startHttpServer(handler);
    return storage.stat(parseMediaUri(`${server.url}/a`, 'dest_path'), { signal });
  };

  it('tells no length where the server tells none', async () => {
    expect(await stat((_request, response) => void response.end())).toEqual({
      bytes: null,
      publishedBy: null,
    });
  });

  it('tells "forbidden" and "nothing" apart', async () => {
    await expect(stat(answer(403))).rejects.toMatchObject({ code: 'DEST_FORBIDDEN' });
    await expect(stat(answer(405))).rejects.toMatchObject({
      code: 'DEST_UNREACHABLE',
      message: expect.stringMatching(/^dest_path: .* HTTP status 405$/u) as string,
    });
    expect(await stat(answer(410))).toBeUndefined();
  });
});
