import { connect } from 'node:net';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WireJob } from '../../src/core/job-wire.ts';
import type { JobEventsOptions } from '../../src/feederd/job-events.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

let open: OpenApi;
let url: string;

afterEach(() => open.api.close());

async function listen(events: JobEventsOptions = {}): Promise<void> {
  open = await openApi({ events });
  url = await open.api.listen({ host: '127.0.0.1', port: 0 });
}

async function submit(): Promise<string> {
  const answer = await open.api.inject({ method: 'POST', url: '/jobs', payload: SUBMISSION });
  return answer.json<WireJob>().unique_id;
}

interface Stream {
  readonly status: number;
  readonly messages: EventSourceMessage[];
  readonly comments: string[];
  /** Of what was received last, also of a block without an event. */
  lastId: string | undefined;
  ended: boolean;
  readonly hangUp: () => void;
}

async function follow(path: string, lastEventId?: string): Promise<Stream> {
  const line = new AbortController();
  const response = await fetch(url + path, {
    signal: line.signal,
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  });
  const stream: Stream = {
    status: response.status,
    messages: [],
    comments: [],
    lastId: undefined,
    ended: false,
    hangUp: () => line.abort(),
  };
  const parser = createParser({
    onEvent: (message) => stream.messages.push(message),
    onComment: (comment) => stream.comments.push(comment),
    onId: (id) => (stream.lastId = id),
  });
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
    }
  })();
  reading.catch(() => undefined).finally(() => (stream.ended = true));
  return stream;
}

function show({ event, data }: EventSourceMessage): string {
  const { job_state: state, version } = JSON.parse(data) as WireJob;
  return `${event} ${state}@${version}`;
}

describe('the events of a job', () => {
  it('tell it as it is, every change, and end with it', async () => {
    await listen();
    const id = await submit();
    await open.desk.settled();
    const stream = await follow(`/jobs/${id}/events`);
    const steps = [
      'claim',
      'encode',
      { percent: 40 },
      { percent: 80 },
      'upload',
      'finish',
    ] as const;
    await vi.waitFor(() => expect(stream.messages).toHaveLength(1));
    for (const [index, step] of steps.entries()) {
      await open.work(id, step);
      await vi.waitFor(() => expect(stream.messages).toHaveLength(index + 2));
    }
    await vi.waitFor(() => expect(stream.ended).toBe(true));
    expect(stream.messages.map(show)).toEqual([
      'state PENDING@2',
      'state DOWNLOADING@3',
      'state ENCODING@4',
      'progress ENCODING@5',
      'progress ENCODING@6',
      'state UPLOADING@7',
      'state FINISHED@8',
    ]);
    expect(JSON.parse(stream.messages[4]?.data ?? '')).toEqual({
      unique_id: id,
      job_state: 'ENCODING',
      version: 6,
      attempt: 1,
      node_id: 'node-1',
      last_modified_dtime: expect.any(String),
      progress: expect.objectContaining({ percent: 80, pass: 1 }),
    });
  });

  it('go on where a reader left off, also with another feederd', async () => {
    await listen();
    const id = await submit();
    await open.desk.settled();
    await open.work(id, 'claim');
    const up = await follow(`/jobs/${id}/events`, '3');
    const behind = await follow(`/jobs/${id}/events`, '2');
    await vi.waitFor(() => expect(behind.messages.map(show)).toEqual(['state DOWNLOADING@3']));
    await open.work(id, 'encode');
    await vi.waitFor(() => expect(behind.messages).toHaveLength(2));
    await vi.waitFor(() => expect(up.messages.map(show)).toEqual(['state ENCODING@4']));
    up.hangUp();
    behind.hangUp();
  });

  it('are over for a reader that has seen the end', async () => {
    await listen();
    const id = await submit();
    await open.desk.settled();
    await open.desk.cancel(id);
    const fresh = await follow(`/jobs/${id}/events`);
    await vi.waitFor(() => expect(fresh.ended).toBe(true));
    expect(fresh.messages.map(show)).toEqual(['state CANCELLED@3']);
    expect((await follow(`/jobs/${id}/events`, fresh.lastId)).status).toBe(204);
    await open.desk.retry(id);
    const again = await follow(`/jobs/${id}/events`, fresh.lastId);
    await vi.waitFor(() => expect(again.messages[0] && show(again.messages[0])).toMatch(/PENDING/));
    again.hangUp();
  });

  it('do not tell of other jobs, and keep the connection open while only those move', async () => {
    await listen({ quietMs: 20 });
    const [one, other] = [await submit(), await submit()];
    const stream = await follow(`/jobs/${one}/events`);
    await open.work(other, 'claim');
    await vi.waitFor(
      async () => {
        await open.work(other, { percent: 1 });
        expect(stream.comments).toContain('keep-alive');
      },
      { interval: 5 },
    );
    await open.work(one, 'claim');
    await vi.waitFor(() => expect(stream.messages.map(show).at(-1)).toMatch(/DOWNLOADING/));
    expect(stream.messages.every(({ data }) => data.includes(one))).toBe(true);
    stream.hangUp();
  });
});

describe('the events of all jobs', () => {
  it('start with the open jobs, and go on where a reader left off', async () => {
    await listen();
    const first = await submit();
    await submit();
    await open.desk.settled();
    const stream = await follow('/events');
    await vi.waitFor(() => expect(stream.lastId).toBeDefined());
    expect(stream.messages.map(({ event }) => event)).toEqual(['state', 'state']);
    stream.hangUp();

    await open.work(first, 'claim');
    await open.work(first, 'encode');
    const resumed = await follow('/events', stream.lastId);
    await vi.waitFor(() => expect(resumed.messages.map(show)).toEqual(['state ENCODING@4']));
    resumed.hangUp();
    const unknown = await follow('/events', '00000000-7');
    await vi.waitFor(() => expect(unknown.messages).toHaveLength(2));
    unknown.hangUp();
  });

  it('keep the connection open with comments', async () => {
    await listen({ quietMs: 10 });
    const stream = await follow('/events');
    await vi.waitFor(() => expect(stream.comments.length).toBeGreaterThan(2));
    expect(stream.comments[0]).toBe('keep-alive');
    stream.hangUp();
  });

  it('are forgotten when the reader goes away', async () => {
    await listen();
    const streams = await Promise.all(Array.from({ length: 10 }, () => follow('/events')));
    await vi.waitFor(() => expect(open.events.followers).toBe(10));
    for (const stream of streams) stream.hangUp();
    await vi.waitFor(() => expect(open.events.followers).toBe(0));
  });

  it('do not hold up a feederd that closes', async () => {
    await listen();
    const id = await submit();
    const streams = [await follow('/events'), await follow(`/jobs/${id}/events`)];
    await vi.waitFor(() => expect(open.events.followers).toBe(2));
    await open.api.close();
    await vi.waitFor(() => expect(streams.every(({ ended }) => ended)).toBe(true));
  });

  it('do not pile up for a reader that takes none', async () => {
    await listen({ capacity: 50 });
    const id = await submit();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.pause();
    socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await vi.waitFor(() => expect(open.events.followers).toBe(1));
    const job = await open.work(id, 'claim');
    const details = 'x'.repeat(200_000);
    for (let index = 1; index <= 200; index += 1) {
      open.events.publish({ ...job, uniqueId: `job-${index}`, jobStateDetails: details });
      await new Promise((resolve) => setImmediate(resolve));
    }
    // 40 MB later: let go, and with it all that was waiting in its socket.
    socket.resume();
    await vi.waitFor(() => expect(open.events.followers).toBe(0), 5000);
    expect(socket.bytesRead).toBeLessThan(20_000_000);
    socket.destroy();
  });
});
