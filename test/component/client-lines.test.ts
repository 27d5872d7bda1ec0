import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createClient, type Client } from '../../src/client/client.ts';
import { FeederdError, FeederdUnreachable } from '../../src/client/feederd-error.ts';
import { NommerError } from '../../src/core/errors.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

/** What a bad line does with one request. */
type Fault =
  /** feederd never hears it. */
  | 'not heard'
  /** feederd does it, and nobody hears of it. */
  | 'answer lost'
  | 'answer cut'
  | { readonly status: number; readonly retryAfter?: string };

let open: OpenApi;
let url: string;

beforeEach(async () => {
  open = await openApi();
  url = await open.api.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(() => open.api.close());

interface BadLine {
  readonly client: Client;
  /** Requests that came by, as `POST /jobs`. */
  readonly seen: readonly string[];
}

/** A client behind a line that has these faults, one after the other, and then none. */
async function behind(faults: readonly Fault[], options = {}): Promise<BadLine> {
  const left = [...faults];
  const seen: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      seen.push(`${request.method} ${request.url}`);
      const fault = left.shift();
      if (typeof fault === 'object') {
        const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
        return response.writeHead(fault.status, headers).end('<h1>Bad gateway</h1>');
      }
      if (fault === 'not heard') return request.socket.destroy();
      const { method, headers } = request;
      const { hostname: host, port } = new URL(url);
      const onward = forward({ host, port, path: request.url, method, headers }).end(body);
      const [answer] = (await once(onward, 'response')) as [IncomingMessage];
      const whole = await buffer(answer);
      if (fault === 'answer lost') return request.socket.destroy();
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (fault !== 'answer cut') return response.end(whole);
      response.write(whole.subarray(0, whole.length / 2));
      return setImmediate(() => request.socket.destroy());
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { client: createClient({ url: `http://127.0.0.1:${port}`, ...options }), seen };
}

const jobCount = async () => (await open.backend.store.recent({ limit: 50 })).jobs.length;

describe('over a bad line', () => {
  const FAULTS: readonly Fault[] = [
    'not heard',
    'answer lost',
    'answer cut',
    { status: 503, retryAfter: '0' },
    { status: 502 },
  ];

  it.each(FAULTS)('%j: one submit makes one job', async (fault) => {
    const { client, seen } = await behind([fault]);
    const job = await client.submit(SUBMISSION);
    expect(await client.get(job.unique_id)).toMatchObject({ unique_id: job.unique_id });
    expect(await jobCount()).toBe(1);
    expect(seen.slice(0, 2)).toEqual(['POST /jobs', 'POST /jobs']);
  });

  it('submits a list of jobs once each, whatever is lost', async () => {
    const { client } = await behind(['answer lost', 'answer cut', 'not heard']);
    const answers = await client.submitMany([SUBMISSION, { ...SUBMISSION, metadata: { n: 2 } }]);
    expect(answers).toMatchObject([{ status: 202 }, { status: 202 }]);
    expect(await jobCount()).toBe(2);
  });

  it.each(FAULTS)('%j: what only reads is asked again', async (fault) => {
    const { client } = await behind([fault, fault]);
    expect(await client.presets()).toHaveLength(1);
    expect(await client.list()).toEqual({ jobs: [] });
  });

  it.each(['cancel', 'retry', 'redeliver'] as const)('never makes %s twice', async (name) => {
    const { client, seen } = await behind(['answer lost', 'not heard']);
    const { unique_id: id } = await createClient({ url }).submit(SUBMISSION);
    const calls = {
      cancel: () => client.cancel(id),
      retry: () => client.retry(id),
      redeliver: () => client.redeliver(id, 'n'),
    };
    await expect(calls[name]()).rejects.toBeInstanceOf(FeederdUnreachable);
    expect(seen).toHaveLength(1);
    // The line has one more fault, which a second try would have met.
    await expect(client.get(id, { retries: 0 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('gives up after as many tries as it was told to', async () => {
    const { client, seen } = await behind(Array.from({ length: 9 }, () => 'not heard' as const));
    await expect(client.stats({ retries: 2 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      cause: { message: 'fetch failed' },
    });
    expect(seen).toHaveLength(3);
  });

  it('does not wait for half an hour, and tells of it instead', async () => {
    const { client, seen } = await behind([{ status: 503, retryAfter: '1800' }]);
    await expect(client.stats()).rejects.toMatchObject({ retryAfterSeconds: 1800, problem: null });
    expect(seen).toHaveLength(1);
  });

  it('does not repeat what feederd has refused', async () => {
    const { client, seen } = await behind([]);
    const thrown: unknown = await client
      .submit({ ...SUBMISSION, dest_path: 'x' })
      .catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(FeederdError);
    expect(thrown).toMatchObject({
      code: 'BAD_URI',
      problem: { status: 422, error_code: 'BAD_URI', instance: '/jobs' },
    });
    expect(seen).toHaveLength(1);
  });

  it('stops trying when it is told to', async () => {
    const { client } = await behind(Array.from({ length: 9 }, () => 'not heard' as const));
    const stop = new AbortController();
    const call = client.stats({ signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });

  it('does not wait for ever for an answer', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => {
      silent.close();
      silent.closeAllConnections();
    });
    const { port } = silent.address() as AddressInfo;
    const options = { url: `http://127.0.0.1:${port}`, timeoutSeconds: 0.05, retries: 0 };
    await expect(createClient(options).stats()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      cause: { name: 'TimeoutError' },
    });
  });
});

describe('a store that goes away in the middle of a list', () => {
  it('has the rest submitted once it is back, and nothing twice', async () => {
    await open.api.close();
    let arrivals = 0;
    open = await openApi({
      storeArrive: async () => {
        arrivals += 1;
        if (arrivals === 2) throw new NommerError('UNAVAILABLE', 'The store is away');
      },
    });
    url = await open.api.listen({ host: '127.0.0.1', port: 0 });
    const jobs = [1, 2, 3].map((n) => ({ ...SUBMISSION, metadata: { n } }));
    const answers = await createClient({ url }).submitMany(jobs);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await jobCount()).toBe(3);
  });
});
