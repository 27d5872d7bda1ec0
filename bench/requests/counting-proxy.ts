import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as send,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenOnLoopback } from '../../test/doubles/listen-on-loopback.ts';

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Watcher {
  /** Called for every request that arrives, before it is passed on: repeated ones and long polls too. */
  onArrived(request: Arrived): void;
  onAnswered?(request: Arrived, answer: Buffer): void;
}

export interface CountingProxy {
  readonly endpoint: string;
  close(): Promise<void>;
}

const OF_ONE_LINE = new Set(['connection', 'expect', 'transfer-encoding']);

/** Stands before the server at `target`, tells of what passes and changes none of it. */
export async function startCountingProxy(target: string, watcher: Watcher): Promise<CountingProxy> {
  const agent = new Agent({ keepAlive: true });

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming;
    const arrived = { method, headers, body: await buffer(incoming) };
    watcher.onArrived(arrived);
    const forward = send(new URL(url, target), { method, headers: headersFor(arrived), agent });
    // Whoever gives up a long poll here gives it up there.
    outgoing.on('close', () => forward.destroy());
    forward.end(arrived.body);
    const [answer] = (await once(forward, 'response')) as [IncomingMessage];
    const answerBody = await buffer(answer);
    watcher.onAnswered?.(arrived, answerBody);
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(answerBody);
  }

  const server = createServer((incoming, outgoing) => {
    // A broken line on one side is a broken line on the other.
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    endpoint: url,
    async close() {
      const closed = close();
      agent.destroy();
      await closed;
    },
  };
}

/** The headers for the next line: the body is here as a whole by now. */
function headersFor({ headers, body }: Arrived): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !OF_ONE_LINE.has(name));
  const length = body.length === 0 ? {} : { 'content-length': String(body.length) };
  return { ...Object.fromEntries(kept), ...length };
}
