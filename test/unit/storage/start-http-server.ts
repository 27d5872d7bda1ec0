import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, vi } from 'vitest';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface HttpServer {
  readonly url: string;
  /** Requests so far, oldest first. */
  readonly requests: IncomingMessage[];
  /** Waits until no client holds a connection with a request on it. */
  becomesQuiet(): Promise<void>;
}

/** A real HTTP server on loopback, closed after the test that asked for it. */
export async function startHttpServer(handler: Handler): Promise<HttpServer> {
  const requests: IncomingMessage[] = [];
  const busy = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    requests.push(request);
    busy.add(response);
    response.once('close', () => busy.delete(response));
    handler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    becomesQuiet: () =>
      vi.waitUntil(() => busy.size === 0, { timeout: 5000, interval: 5 }).then(() => {}),
  };
}
