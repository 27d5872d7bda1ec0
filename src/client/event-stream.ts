import { createParser } from 'eventsource-parser';
import type { WireProgressEvent } from '../core/api-wire.ts';
import { NommerError } from '../core/errors.ts';
import type { WireJob } from '../core/job-wire.ts';
import type { Feederd } from './parse-feederd.ts';
import { connected, sendRequest } from './send-request.ts';

/** Something changed in a job; `job` is always all of it as it is now. */
export interface JobChange {
  readonly type: 'state' | 'progress';
  readonly job: WireJob;
}

/** One event of a stream. Without data it is an id alone. */
export interface StreamMessage {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string | null;
}

export interface StreamOptions {
  /** Of the last event that was seen: what came after it is wanted. */
  readonly lastId: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** feederd says something every 15 s; after so long without a word the connection is dead. */
const SILENCE_MS = 45_000;

/**
 * One connection's events, then 'end' when feederd says that there is nothing more to come.
 * @throws FeederdError; UNAVAILABLE when the stream breaks or falls silent
 */
export async function* readEventStream(
  feederd: Feederd,
  path: string,
  { lastId, signal }: StreamOptions,
): AsyncGenerator<StreamMessage | 'end', void> {
  const line = new AbortController();
  const hangUp = () => line.abort(signal?.reason);
  const giveUp = () => line.abort(new NommerError('UNAVAILABLE', 'The event stream fell silent'));
  signal?.addEventListener('abort', hangUp);
  let timer = setTimeout(giveUp, SILENCE_MS);
  try {
    signal?.throwIfAborted();
    const response = await sendRequest(feederd, path, {
      headers: lastId === undefined ? {} : { 'last-event-id': lastId },
      signal: line.signal,
    });
    if (response.status === 204) {
      yield 'end';
      return;
    }
    const messages: StreamMessage[] = [];
    const parser = createParser({
      onId: (id) => messages.push({ id, event: undefined, data: null }),
      onEvent: ({ id, event, data }) => {
        // The parser tells of an event's id on its own, just before.
        if (id !== undefined) messages.pop();
        messages.push({ id, event, data });
      },
    });
    const text = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const chunk = await connected(feederd.url, signal, async () => await text?.read());
      if (chunk?.value === undefined) return;
      clearTimeout(timer);
      timer = setTimeout(giveUp, SILENCE_MS);
      parser.feed(chunk.value);
      yield* messages.splice(0);
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', hangUp);
    line.abort();
  }
}

/** Lays what a message says over what is known of its job. @param find by id */
export function toChange(
  { event, data }: StreamMessage,
  find: (uniqueId: string) => WireJob | undefined,
): JobChange | undefined {
  if (data === null) return undefined;
  if (event === 'state') return { type: event, job: JSON.parse(data) as WireJob };
  if (event !== 'progress') return undefined;
  const progress = JSON.parse(data) as WireProgressEvent;
  const job = find(progress.unique_id);
  return job === undefined ? undefined : { type: event, job: { ...job, ...progress } };
}
