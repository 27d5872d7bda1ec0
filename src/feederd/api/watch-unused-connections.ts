import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Browsers and HTTP clients open connections ahead, just in case. Node takes one that has never sent a
 * byte for busy, and would not close before its time is up.
 * @returns what drops those connections, to be called when the server closes
 */
export function watchUnusedConnections(server: Server): () => void {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return () => {
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
  };
}
