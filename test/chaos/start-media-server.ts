import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { listenOnLoopback } from '../doubles/listen-on-loopback.ts';

export interface MediaServer {
  readonly url: string;
  close(): Promise<void>;
}

/** A web server of one folder: GET, HEAD, and PUT that shows a file when it is whole. */
export async function startMediaServer(dir: string): Promise<MediaServer> {
  await mkdir(dir, { recursive: true });
  let uploads = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const { pathname } = new URL(request.url ?? '', 'http://media');
      const file = join(dir, pathname.replaceAll('/', '_'));
      if (request.method === 'PUT') {
        const part = `${file}.${(uploads += 1)}.coming`;
        await pipeline(request, createWriteStream(part));
        await rename(part, file);
        return void response.writeHead(201).end();
      }
      const found = await stat(file).catch(() => undefined);
      if (found === undefined) return void response.writeHead(404).end();
      response.writeHead(200, { 'content-length': found.size });
      if (request.method === 'HEAD') return void response.end();
      await pipeline(createReadStream(file), response);
    })().catch(() => response.destroy());
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    close,
  };
}
