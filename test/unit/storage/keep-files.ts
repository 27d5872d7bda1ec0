import type { IncomingMessage } from 'node:http';
import type { Handler } from './start-http-server.ts';

/** A store as presigned URLs show one: PUT keeps a body that came whole, GET and HEAD give it back. */
export function keepFiles(files = new Map<string, Buffer>()): Handler {
  return (request, response) => {
    const name = request.url ?? '';
    const kept = files.get(name);
    if (request.method === 'PUT') {
      readBody(request).then(
        (body) => {
          files.set(name, body);
          response.end();
        },
        () => response.destroy(),
      );
    } else if (kept === undefined) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, { 'content-length': kept.length });
      response.end(request.method === 'HEAD' ? undefined : kept);
    }
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
