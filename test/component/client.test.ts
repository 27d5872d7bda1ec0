import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClient, type Client } from '../../src/client/client.ts';
import type { JobChange } from '../../src/client/event-stream.ts';
import { NommerError } from '../../src/core/errors.ts';
import { openApi, PASSES, SUBMISSION, type OpenApi } from './open-api.ts';

let open: OpenApi;
let url: string;
let client: Client;

beforeEach(async () => {
  open = await openApi();
  url = await open.api.listen({ host: '127.0.0.1', port: 0 });
  client = createClient({ url });
});

afterEach(() => open.api.close());

async function codeOf(call: Promise<unknown>): Promise<string> {
  const thrown: unknown = await call.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  return thrown instanceof NommerError ? thrown.code : String(thrown);
}

describe('the client', () => {
  it('submits, shows, lists, cancels and retries a job', async () => {
    const job = await client.submit({ ...SUBMISSION, metadata: { upload: 1 } });
    expect(job).toMatchObject({ job_state: 'PENDING', metadata: { upload: 1 } });
    expect(await client.get(job.unique_id)).toMatchObject({ unique_id: job.unique_id });
    expect(await client.cancel(job.unique_id)).toMatchObject({ job_state: 'CANCELLED' });
    const page = await client.list({ state: 'CANCELLED', limit: 1 });
    expect(page.jobs.map((one) => one.unique_id)).toEqual([job.unique_id]);
    expect(await client.retry(job.unique_id)).toMatchObject({ job_state: 'PENDING' });
    expect(await client.log(job.unique_id)).toBe('');
  });

  it('tells what there is to know of the installation', async () => {
    await client.ready();
    expect(await client.nodes()).toEqual([]);
    expect(await client.presets()).toEqual([
      { name: 'web', description: 'For the web', options: PASSES },
    ]);
    expect(await client.stats()).toMatchObject({ jobs: { PENDING: 0 }, slots: { total: 0 } });
  });

  it('submits many at once, each with its own answer', async () => {
    const answers = await client.submitMany([SUBMISSION, { ...SUBMISSION, dest_path: 'nowhere' }]);
    expect(answers).toMatchObject([{ status: 202 }, { problem: { error_code: 'BAD_URI' } }]);
  });

  it('rejects with the code that feederd answered', async () => {
    expect(await codeOf(client.get('unknown'))).toBe('UNKNOWN_JOB');
    expect(await codeOf(client.submit({ ...SUBMISSION, source_path: 'x' }))).toBe('BAD_URI');
    const { unique_id: id } = await client.submit(SUBMISSION);
    expect(await codeOf(client.retry(id))).toBe('NOT_RETRYABLE');
  });

  it('rejects at once where nobody listens, and where it is not feederd that answers', async () => {
    await open.api.close();
    expect(await codeOf(client.get('a'))).toBe('UNAVAILABLE');
    expect(() => createClient({ url: 'localhost' })).toThrow(/not an http URL/);
  });

  it('ends a call that is aborted with the reason', async () => {
    const reason = new Error('enough');
    await expect(client.get('a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('sends a token, and takes one from the URL', async () => {
    const seen: (string | undefined)[] = [];
    const proxy = await passOn((head) => seen.push(/authorization: (.*)\r/i.exec(head)?.[1]));
    await createClient({ url: proxy.url, token: 'T1' }).nodes();
    await createClient({ url: proxy.url.replace('//', '//:T%2F2@') }).nodes();
    expect(seen).toEqual(['Bearer T1', 'Bearer T/2']);
    proxy.close();
  });
});

describe('on a bad network', () => {
  it('submits one job although the first answer is lost', async () => {
    let lose = true;
    const proxy = await passOn(undefined, () => lose && !(lose = false));
    const job = await createClient({ url: proxy.url }).submit(SUBMISSION);
    expect(lose).toBe(false);
    expect((await client.list()).jobs.map((one) => one.unique_id)).toEqual([job.unique_id]);
    proxy.close();
  });
});

describe('watching a job', () => {
  it('yields all of it with every change, until it ends', async () => {
    const { unique_id: id } = await client.submit(SUBMISSION);
    await open.desk.settled();
    const changes: JobChange[] = [];
    const watching = (async () => {
      for await (const change of client.watch(id)) changes.push(change);
    })();
    const steps = ['claim', 'encode', { percent: 50 }, 'upload', 'finish'] as const;
    for (const [index, step] of steps.entries()) {
      await vi.waitFor(() => expect(changes).toHaveLength(index + 1));
      await open.work(id, step);
    }
    await watching;
    expect(changes.map(({ type, job }) => `${type} ${job.job_state}`)).toEqual([
      'state PENDING',
      'state DOWNLOADING',
      'state ENCODING',
      'progress ENCODING',
      'state UPLOADING',
      'state FINISHED',
    ]);
    expect(changes[3]?.job).toMatchObject({ ...SUBMISSION, progress: { percent: 50 } });
  });

  it('goes on where it was when the connection drops', async () => {
    const proxy = await passOn();
    const { unique_id: id } = await client.submit(SUBMISSION);
    await open.desk.settled();
    const seen: number[] = [];
    const watching = (async () => {
      for await (const { job } of createClient({ url: proxy.url }).watch(id))
        seen.push(job.version);
    })();
    await vi.waitFor(() => expect(seen).toEqual([2]));
    proxy.drop();
    await open.work(id, 'claim');
    await vi.waitFor(() => expect(seen).toEqual([2, 3]), 5000);
    proxy.drop();
    // It ends while the client is away.
    for (const step of ['encode', 'upload', 'finish'] as const) await open.work(id, step);
    await watching;
    expect(seen).toEqual([2, 3, 6]);
    proxy.close();
  });

  it('says that there is no such job, or no feederd', async () => {
    expect(await codeOf(client.watch('unknown').next())).toBe('UNKNOWN_JOB');
    await open.api.close();
    expect(await codeOf(client.watch('a').next())).toBe('UNAVAILABLE');
  });

  it('ends quietly when it is aborted', async () => {
    const { unique_id: id } = await client.submit(SUBMISSION);
    const stop = new AbortController();
    const watch = client.watch(id, { signal: stop.signal });
    expect((await watch.next()).done).toBe(false);
    const next = watch.next();
    stop.abort();
    expect((await next).done).toBe(true);
    await vi.waitFor(() => expect(open.events.followers).toBe(0));
  });
});

interface Proxy {
  readonly url: string;
  /** Cuts every connection. */
  readonly drop: () => void;
  readonly close: () => void;
}

/** A way to feederd that can be watched and broken. @param loses asked when an answer comes */
async function passOn(
  onRequest: (head: string) => void = () => {},
  loses: () => boolean = () => false,
): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server: Server = createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        (socket === near ? far : near).destroy();
      });
    }
    near.on('data', (data) => {
      onRequest(data.toString());
      far.write(data.toString().replace(/host: .*\r/i, `host: ${new URL(url).host}\r`));
    });
    far.on('data', (data) => (loses() ? near.destroy() : near.write(data)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    drop();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, drop, close };
}
