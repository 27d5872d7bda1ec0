import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenOnLoopback } from './listen-on-loopback.ts';

/** A process that dies, as the servers see it: from one request on, nothing comes from it any more. */
export interface Life {
  /** How many requests it still makes. */
  requestsLeft: number;
  /** Whether a server still hears the last of them, whose answer nobody gets. */
  readonly lastIsHeard: boolean;
}

export interface MortalLine {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A line of a process to a server that speaks one of AWS's protocols. All lines of a process share its life. */
export async function startMortalLine(target: string, life: Life): Promise<MortalLine> {
  const { hostname: host, port } = new URL(target);

  async function pass({ method, url: path, headers }: IncomingMessage, body: Buffer) {
    const onward = forward({ host, port, method, path, headers }).end(body);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    return {
      status: answer.statusCode ?? 502,
      headers: answer.headers,
      body: await buffer(answer),
    };
  }

  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      const isLast = life.requestsLeft === 1;
      life.requestsLeft -= 1;
      if (life.requestsLeft >= 0 && (!isLast || life.lastIsHeard)) {
        const answer = await pass(request, body);
        if (!isLast) return response.writeHead(answer.status, answer.headers).end(answer.body);
      }
      // What the SDK neither understands nor tries again.
      const isJson = request.headers['content-type']?.includes('json');
      return response
        .writeHead(400)
        .end(
          isJson
            ? '{"__type":"Dead"}'
            : '<Response><Errors><Error><Code>Dead</Code></Error></Errors></Response>',
        );
    })();
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    endpoint: url,
    close,
  };
}
