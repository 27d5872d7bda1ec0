import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a server that is there or not: closed, connections to it are refused, and those there are break. */
export interface Gate {
  readonly url: string;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Closed at first, with a port of its own already. */
export async function makeGate(target: string): Promise<Gate> {
  const { hostname: host, port } = new URL(target);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  const listen = async (at: number) => {
    server = createServer((from) => {
      const to = connect({ host, port: Number(port) });
      for (const [one, other] of [
        [from, to],
        [to, from],
      ] as const) {
        sockets.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      }
    }).listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const close = async () => {
    const closed = server && once(server, 'close');
    server?.close();
    server = undefined;
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const own = await listen(0);
  await close();
  return {
    url: `http://127.0.0.1:${own}`,
    open: async () => void (await listen(own)),
    close,
  };
}
