import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** A web server that jobs may call, and that means harm. */
export interface BadServer {
  readonly url: string;
  close(): Promise<void>;
}

type Answer = (response: ServerResponse, socket: Socket) => void;

/**
 * @param clip what it has that is good
 * @param forbidden where it would like to lead others: a URL without a path
 */
export async function startBadServer(clip: Buffer, forbidden: string): Promise<BadServer> {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const redirect =
    (location: string): Answer =>
    (response) =>
      response.writeHead(302, { location }).end();
  const raw =
    (text: string): Answer =>
    (_response, socket) =>
      socket.end(text);
  const answers: Readonly<Record<string, Answer>> = {
    '/clip.mp4': (response) => response.end(clip),
    '/silent.mp4': () => {},
    '/stalls.mp4': (response) => {
      response.writeHead(200, { 'content-length': clip.length });
      response.write(clip.subarray(0, 2000));
    },
    '/drips.mp4': (response) => {
      response.writeHead(200, { 'content-length': clip.length });
      const timer = setInterval(() => response.write('x'), 200);
      response.on('close', () => clearInterval(timer));
    },
    '/promises-more.mp4': (response, socket) => {
      response.writeHead(200, { 'content-length': clip.length + 5 });
      response.write(clip, () => socket.end());
    },
    '/sends-more.mp4': (_response, socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${clip.length}\r\n\r\n`);
      socket.write(clip);
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil');
    },
    '/endless.mp4': (response) => {
      const more = Buffer.alloc(1_000_000);
      const write = () => {
        while (!response.destroyed && response.write(more));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    },
    '/boasts.mp4': (response) =>
      response.writeHead(200, { 'content-length': '9000000000000000' }).end(),
    '/negative.mp4': raw('HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\nhello'),
    '/two-lengths.mp4': raw(
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 50\r\n\r\nhello',
    ),
    '/no-http.mp4': raw('SSH-2.0-OpenSSH_9.2\r\n'),
    '/headers.mp4': (response) =>
      response.writeHead(200, { 'x-much': 'x'.repeat(100_000) }).end(clip),
    '/endless-headers.mp4': (_response, socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const write = () => {
        while (!socket.destroyed && socket.write(`x-more: ${'x'.repeat(1000)}\r\n`));
        if (!socket.destroyed) socket.once('drain', write);
      };
      write();
    },
    '/gzip.mp4': (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(bomb);
    },
    '/range.mp4': (response) =>
      response.writeHead(206, { 'content-range': 'bytes 7-9/10' }).end('abc'),
    '/round.mp4': redirect('/round.mp4'),
    '/to-metadata.mp4': redirect('http://169.254.169.254/latest/meta-data/iam/'),
    '/to-listener.mp4': redirect(`${forbidden}/secret`),
    '/to-mapped.mp4': redirect(forbidden.replace('127.0.0.1', '[::ffff:7f00:1]')),
    '/to-file.mp4': redirect('file:///etc/passwd'),
    '/to-gopher.mp4': redirect('gopher://127.0.0.1:6379/_SLAVEOF'),
    '/to-user.mp4': redirect('http://admin:admin@127.0.0.1/'),
    '/page.mp4': (response) => response.end('<html><body>Please log in</body></html>'),
    '/secret-words.mp4': (response) =>
      response.writeHead(403, 'go away', { 'x-y': 'z' }).end('words of somebody inside'),
  };
  const server = createServer((request, response) => {
    const answer = answers[new URL(request.url ?? '/', 'http://x').pathname];
    if (answer === undefined) response.writeHead(404).end();
    else answer(response, request.socket);
  }).listen(0, '127.0.0.3');
  // Those who hang up in the middle are what it asks for.
  server.on('connection', (socket) => socket.on('error', () => {}));
  await once(server, 'listening');
  return {
    url: `http://127.0.0.3:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
