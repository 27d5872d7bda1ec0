import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A web server that repeats what it was told wherever it can. */
export interface Telltale {
  /** `http://127.0.0.1:PORT` with this before the host. */
  url(userPart?: string): string;
  /** Bodies of the notifications that came. */
  readonly notified: readonly string[];
  /** Authorizations that came, decoded. */
  readonly users: ReadonlySet<string>;
  close(): Promise<void>;
}

/**
 * Paths: `/in…` is the clip, `/text…` something else; `/moved…` leads to `elsewhere`; `/refused…` is forbidden to
 * GET and PUT; what else is put or posted is taken.
 */
export async function startTelltale({
  clip,
  elsewhere,
}: {
  clip: string;
  elsewhere: string;
}): Promise<Telltale> {
  const notified: string[] = [];
  const users = new Set<string>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '', headers } = request;
    const [, basic = ''] = headers.authorization?.split(' ') ?? [];
    const user = Buffer.from(basic, 'base64').toString();
    users.add(user);
    const told = `${url} ${headers.authorization} ${user}`.replaceAll(/[^\x20-\x7e]/g, '');
    response.setHeader('x-told', told);
    if (method === 'POST') notified.push(await text(request));
    if (url.startsWith('/refused')) {
      request.resume();
      response.writeHead(403, told).end(told);
    } else if (url.startsWith('/moved')) {
      response.writeHead(302, told, { location: elsewhere }).end(told);
    } else if (url.startsWith('/in')) {
      createReadStream(clip).pipe(response);
    } else {
      request.resume().once('end', () => response.writeHead(200, told).end(told));
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: (userPart) => `http://${userPart === undefined ? '' : `${userPart}@`}127.0.0.1:${port}`,
    notified,
    users,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
