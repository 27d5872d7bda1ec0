import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { JobEvent } from '../job-events.ts';

/** A reader that takes nothing for so long is gone; the stream itself is never silent that long. */
const STALL_MS = 60_000;

/** How long a browser waits before it comes back. */
const RETRY_MS = 2000;

/** Sent when nothing happens, so that nobody on the way takes the connection for dead. */
export const KEEP_ALIVE = ': keep-alive\n\n';

/** @param id omitted where coming back to this event would not be coming back to everything */
export function formatEvent({ name, data }: Pick<JobEvent, 'name' | 'data'>, id?: string): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;
}

/**
 * Answers with server-sent events as long as `events` yields. The reader pulls: nothing is produced
 * ahead of it. `events` gets a signal that aborts when the reader has gone.
 */
export function sendEventStream(
  reply: FastifyReply,
  events: (signal: AbortSignal) => AsyncIterable<string>,
): FastifyReply {
  const gone = new AbortController();
  const stream = Readable.from(opened(events(gone.signal)), { highWaterMark: 1 });
  // Not the stream's own close: it waits for `events`, which waits for this.
  reply.raw.once('close', () => gone.abort());
  reply.raw.socket?.setTimeout(STALL_MS);
  return reply
    .type('text/event-stream; charset=utf-8')
    .header('connection', 'close') // Kept alive, it would hold up a feederd that closes.
    .send(stream);
}

async function* opened(events: AsyncIterable<string>): AsyncGenerator<string> {
  yield `retry: ${RETRY_MS}\n\n`;
  yield* events;
}
