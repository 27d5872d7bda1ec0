import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** Somebody at one port of several addresses of this machine, whom nobody may call. */
export interface Listeners {
  readonly port: number;
  readonly url: string;
  /** Connections that somebody has opened, whether they sent anything or not. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/** The addresses that the corpus names, in whatever notation. */
const OTHERS = ['127.0.0.2', '::1'];

export async function startListeners(): Promise<Listeners> {
  let connections = 0;
  const servers: Server[] = [];
  const listen = async (host: string, port: number): Promise<number> => {
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(port, host);
    await once(server, 'listening');
    servers.push(server);
    return (server.address() as AddressInfo).port;
  };
  const port = await listen('127.0.0.1', 0);
  for (const host of OTHERS) await listen(host, port);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    connections: () => connections,
    async close() {
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    },
  };
}
