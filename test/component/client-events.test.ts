import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createClient, type Client } from '../../src/client/client.ts';
import type { JobChange } from '../../src/client/event-stream.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

let open: OpenApi;
let port: number;
let client: Client;

async function start(options: Parameters<typeof openApi>[0] = {}): Promise<void> {
  open = await openApi(options);
  const url = await open.api.listen({ host: '127.0.0.1', port: 0 });
  port = Number(new URL(url).port);
  client = createClient({ url });
}

beforeEach(() => start());
afterEach(() => open.api.close());

/** A way to whichever feederd there is, that can be cut. */
async function way(): Promise<{ readonly url: string; readonly cut: () => void }> {
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    cut();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cut };
}

/** Notes what comes, as `ID STATE`. */
function listen(changes: AsyncIterable<JobChange>) {
  const heard: string[] = [];
  const ended = (async () => {
    for await (const { type, job } of changes) {
      const percent = type === 'progress' ? ` ${job.progress?.percent}` : '';
      heard.push(`${job.unique_id} ${job.job_state}${percent}`);
    }
  })();
  return { heard, ended };
}

async function submit(): Promise<string> {
  const { unique_id: id } = await client.submit(SUBMISSION);
  await open.desk.settled();
  return id;
}

async function finish(id: string): Promise<void> {
  for (const step of ['claim', 'encode', 'upload', 'finish'] as const) await open.work(id, step);
}

describe('the events of all jobs', () => {
  it('begin with those that are open, and tell of every change', async () => {
    const ended = await submit();
    await finish(ended);
    const first = await submit();
    const stop = new AbortController();
    const { heard, ended: over } = listen(client.events({ signal: stop.signal }));
    await vi.waitFor(() => expect(heard).toEqual([`${first} PENDING`]));
    const second = await submit();
    await vi.waitFor(() => expect(heard.at(-1)).toBe(`${second} PENDING`));
    await open.work(first, 'claim');
    await open.work(first, 'encode');
    await vi.waitFor(() => expect(heard.at(-1)).toBe(`${first} ENCODING`));
    await open.work(first, { percent: 50 });
    await vi.waitFor(() => expect(heard.at(-1)).toBe(`${first} ENCODING 50`));
    expect(heard.some((line) => line.startsWith(ended))).toBe(false);
    stop.abort();
    await over;
  });

  it('go on after the last one that was seen, where the line was cut', async () => {
    const line = await way();
    const [quiet, busy] = [await submit(), await submit()];
    const { heard } = listen(createClient({ url: line.url }).events({ signal: untilTestEnds() }));
    await vi.waitFor(() => expect(heard).toHaveLength(2));
    await open.work(busy, 'claim');
    await vi.waitFor(() => expect(heard).toHaveLength(3));
    line.cut();
    await open.work(busy, 'encode');
    await vi.waitFor(() => expect(heard).toContain(`${busy} ENCODING`), 5000);
    // Not from the beginning: then it would be heard of again.
    expect(heard.filter((each) => each.startsWith(quiet))).toEqual([`${quiet} PENDING`]);
  });

  it('have the end of a job that ended while feederd has forgotten what happened', async () => {
    await open.api.close();
    await start({ events: { capacity: 2 } });
    const line = await way();
    const [lost, last] = [await submit(), await submit()];
    const { heard } = listen(createClient({ url: line.url }).events({ signal: untilTestEnds() }));
    await vi.waitFor(() => expect(heard).toHaveLength(2));
    line.cut();
    await finish(lost);
    for (const step of ['claim', 'encode', { percent: 1 }] as const) await open.work(last, step);
    await submit();
    await vi.waitFor(() => expect(heard).toContain(`${lost} FINISHED`), 5000);
  });

  it('cannot begin where nobody listens', async () => {
    await open.api.close();
    await expect(client.events().next()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('watching many jobs', () => {
  it('tells of these alone, until all have ended', async () => {
    const ids = [await submit(), await submit(), await submit()];
    const other = await submit();
    const [before, first, second] = ids as [string, string, string];
    await finish(before);
    const { heard, ended } = listen(client.watch(ids));
    await vi.waitFor(() => expect(heard).toHaveLength(3));
    expect(heard.toSorted()).toEqual(
      [`${before} FINISHED`, `${first} PENDING`, `${second} PENDING`].toSorted(),
    );
    await finish(first);
    await finish(other);
    await vi.waitFor(() => expect(heard).toContain(`${first} FINISHED`));
    await finish(second);
    await ended;
    expect(heard.at(-1)).toBe(`${second} FINISHED`);
    expect(heard.some((each) => each.startsWith(other))).toBe(false);
  });

  it('ends at once where all have ended, or never were', async () => {
    const id = await submit();
    await finish(id);
    const { heard, ended } = listen(client.watch([id, 'f'.repeat(32)]));
    await ended;
    expect(heard).toEqual([`${id} FINISHED`]);
  });
});

describe('all jobs of a list', () => {
  it('come page after page, and no further than they are asked for', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push(await submit());
    const listed: string[] = [];
    for await (const job of client.listAll({ limit: 2 })) listed.push(job.unique_id);
    expect(listed.toSorted()).toEqual(ids.toSorted());
    const one = client.listAll({ state: 'PENDING', limit: 1 });
    expect((await one.next()).done).toBe(false);
    expect((await one.return()).done).toBe(true);
  });
});

function untilTestEnds(): AbortSignal {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  return stop.signal;
}
