import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Listener {
  readonly port: number;
  /** Connections that somebody has opened to it, whether they sent anything or not. */
  readonly connections: () => number;
}

/** Something that must not be reached, at an address of loopback. It answers nobody; gone after the test. */
export async function startListener(host: string, port = 0): Promise<Listener> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(port, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}
