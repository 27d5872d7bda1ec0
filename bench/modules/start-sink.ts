import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { listenOnLoopback } from '../../test/doubles/listen-on-loopback.ts';

export interface Sink {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves one file to whoever asks, and takes whatever is put, by plain PUT or S3's upload in parts, to nowhere. */
export async function startSink(file: string): Promise<Sink> {
  const { size } = await stat(file);
  const server = createServer((request, response) => {
    answer(request, response, file, size).catch((thrown: unknown) =>
      response.destroy(thrown as Error),
    );
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    close,
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
  size: number,
): Promise<void> {
  const { searchParams: query } = new URL(request.url ?? '', 'http://sink');
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-length': size, etag: '"whole"' });
    createReadStream(file, { highWaterMark: 2 ** 20 }).pipe(response);
    return;
  }
  request.resume();
  await once(request, 'end');
  if (query.has('uploads')) return xml(response, 'InitiateMultipartUploadResult', 'UploadId');
  if (request.method === 'POST') return xml(response, 'CompleteMultipartUploadResult', 'ETag');
  response.writeHead(200, { etag: '"part"' }).end();
}

function xml(response: ServerResponse, result: string, field: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><${result}><${field}>1</${field}></${result}>`);
}
