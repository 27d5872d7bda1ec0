import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a server that notes all that goes through it. */
export interface Tap {
  /** URL of the server, by way of the tap. */
  readonly endpoint: string;
  /** What clients have sent and been answered, per connection. */
  heard(): readonly string[];
  close(): Promise<void>;
}

/** @param target URL of a server that speaks HTTP without TLS */
export async function startTap(target: string): Promise<Tap> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const lines: Buffer[][] = [];
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      const line: Buffer[] = [];
      lines.push(line);
      sockets.add(from);
      from.on('data', (chunk: Buffer) => void line.push(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: () => lines.map((line) => Buffer.concat(line).toString('latin1')),
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
