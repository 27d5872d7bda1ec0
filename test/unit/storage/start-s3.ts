import { once } from 'node:events';
import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { startFauxqs, type FauxqsServer } from 'fauxqs';
import { onTestFinished } from 'vitest';
import { OpenUploads } from './open-uploads.ts';
import { startHttpServer, type HttpServer } from './start-http-server.ts';

/** What the line in front of S3 does to a request: answer it, cut its answer short, or (undefined) nothing. */
export type Fault = 'swallow' | { readonly status: number } | Cut | Misheard;

/** S3 hears another range than was asked for. */
interface Misheard {
  readonly range: string;
}

interface Cut {
  readonly cutAfter: number;
  /** What happens before the client sees that the line is cut. */
  readonly then?: () => Promise<unknown>;
}

export interface S3 {
  readonly endpoint: string;
  readonly server: FauxqsServer;
  readonly line: HttpServer;
  /** Judges every request that comes; set it to break some. */
  fault: (request: IncomingMessage) => Fault | undefined;
}

/** A real S3 server with one bucket, behind a line that can be broken. Gone after the test. */
export async function startS3(bucket: string): Promise<S3> {
  const server = await startFauxqs({ port: 0, logger: false });
  onTestFinished(() => server.stop());
  server.createBucket(bucket);
  const uploads = new OpenUploads();
  const line = await startHttpServer((request, response) => {
    const fault = s3.fault(request);
    const list = uploads.answer(request);
    if (fault === 'swallow') request.resume();
    else if (fault && 'status' in fault) response.writeHead(fault.status).end();
    else if (list !== undefined) response.end(list);
    else relay(request, response, { port: server.port, fault, uploads });
  });
  const s3: S3 = { endpoint: line.url, server, line, fault: () => undefined };
  return s3;
}

function relay(
  request: IncomingMessage,
  response: ServerResponse,
  {
    port,
    fault,
    uploads,
  }: { port: number; fault: Cut | Misheard | undefined; uploads: OpenUploads },
): void {
  const { method, url } = request;
  const misheard = fault && 'range' in fault ? { range: fault.range } : {};
  const headers = { ...request.headers, ...misheard };
  const onward = forward({ host: '127.0.0.1', port, method, path: url, headers });
  request.on('close', () => request.complete || onward.destroy());
  request.pipe(onward);
  onward.on('error', () => response.destroy());
  onward.on('response', (answer) => {
    const status = answer.statusCode ?? 500;
    response.writeHead(status, answer.headers);
    if (uploads.concerns(request)) {
      let body = '';
      answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
      answer.on('close', () => uploads.heard(request, status, body));
    }
    if (fault === undefined || 'range' in fault) answer.pipe(response);
    else void cut(answer, response, fault);
  });
}

async function cut(answer: IncomingMessage, response: ServerResponse, fault: Cut) {
  let left = fault.cutAfter;
  for await (const chunk of answer) {
    const part = (chunk as Buffer).subarray(0, left);
    left -= part.length;
    if (!response.write(part)) await once(response, 'drain');
    if (left === 0) break;
  }
  await fault.then?.();
  response.destroy();
}
