import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../simulation/world/random.ts';
import { weighted } from './chance.ts';
import { listenOnLoopback } from '../doubles/listen-on-loopback.ts';

/** Shares of the requests that meet a fault. */
export interface FaultRates {
  readonly delay: number;
  /** The connection breaks, and the server has heard nothing. */
  readonly cut: number;
  /** The server has done what it was asked, and nobody hears its answer. */
  readonly lostReply: number;
  readonly throttle: number;
  /** The server hears the same twice. */
  readonly repeat: number;
}

export type Fault = keyof FaultRates | 'none';

export interface ProxyOptions {
  /** Where the server is. */
  readonly target: string;
  readonly random: Random;
  readonly rates: FaultRates;
  /** How the server would refuse a call that comes too soon. */
  readonly throttled: { readonly status: number; readonly body: string };
  /** Answered here, for a server that does not know the call. */
  readonly answer?: (request: IncomingMessage) => string | undefined;
  readonly heard?: (request: IncomingMessage, status: number, body: Buffer) => void;
  /** Called with an answer whose client has gone meanwhile. */
  readonly unheard?: (request: IncomingMessage, answer: Buffer, body: Buffer) => Promise<void>;
  /** Requests that always take a while. */
  readonly slow?: (request: IncomingMessage) => boolean;
}

export interface Proxy {
  readonly url: string;
  /** Off: everything passes. */
  isOn: boolean;
  /** Of the requests that came while it was on. */
  readonly counts: Record<Fault, number>;
  close(): Promise<void>;
}

const LONGEST_DELAY_MS = 500;
/** Of the requests that meet one fault in the mean, so many times as many may pass in a row without one. */
const LONGEST_CALM = 3;

/** A line to an HTTP server that delays, cuts, throttles and repeats what passes, by chance, and surely at times. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { target, random, rates, throttled } = options;
  const { hostname: host, port } = new URL(target);
  let calm = 0;
  const counts = { none: 0, delay: 0, cut: 0, lostReply: 0, throttle: 0, repeat: 0 };

  async function pass({ method, url: path, headers }: IncomingMessage, body: Buffer) {
    const onward = forward({ host, port, method, path, headers }).end(body);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    const { statusCode: status = 502 } = answer;
    return { status, headers: answer.headers, body: await buffer(answer) };
  }

  function chooseFault(): Fault {
    if (!proxy.isOn) return 'none';
    const shares: readonly number[] = Object.values(rates);
    const share = shares.reduce((sum, each) => sum + each, 0);
    const isDue = (calm += 1) > LONGEST_CALM / share;
    const fault = weighted<Fault>(random, { ...rates, none: isDue ? 0 : 1 - share });
    if (fault !== 'none') calm = 0;
    return fault;
  }

  const server = createServer((request, response) => {
    void serve().catch(() => response.destroy());

    async function serve(): Promise<void> {
      const fault = chooseFault();
      if (proxy.isOn) counts[fault] += 1;
      const body = await buffer(request);
      const known = options.answer?.(request);
      if (known !== undefined) return void response.end(known);
      const isSlow = proxy.isOn && options.slow?.(request) === true;
      if (fault === 'delay' || isSlow) await sleep(random.between(0, LONGEST_DELAY_MS));
      if (fault === 'cut') return void response.destroy();
      if (fault === 'throttle') {
        return void response.writeHead(throttled.status).end(throttled.body);
      }
      let answer = await pass(request, body);
      options.heard?.(request, answer.status, answer.body);
      if (fault === 'repeat') {
        const first = answer;
        answer = await pass(request, body).catch(() => first);
        options.heard?.(request, answer.status, answer.body);
        // A client takes the first answer that comes, whichever that is.
        if (first.status < 300) answer = first;
      }
      const hasGone = request.socket.destroyed;
      if (hasGone) return await options.unheard?.(request, answer.body, body);
      if (fault === 'lostReply') return void response.destroy();
      response.writeHead(answer.status, answer.headers).end(answer.body);
    }
  });
  const { url, close } = await listenOnLoopback(server);
  const proxy: Proxy = {
    url,
    isOn: false,
    counts,
    close,
  };
  return proxy;
}
