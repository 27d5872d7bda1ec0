import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { WireProgressEvent } from '../core/api-wire.ts';
import { NommerError } from '../core/errors.ts';
import { isFinishedState } from '../core/job-states.ts';
import type { WireJob } from '../core/job-wire.ts';
import { pause } from './pause.ts';
import { connected, sendRequest, type Feederd } from './send-request.ts';

/** Something changed in the job; `job` is always all of it as it is now. */
export interface JobChange {
  readonly type: 'state' | 'progress';
  readonly job: WireJob;
}

/** feederd says something every 15 s; after so long without a word the connection is dead. */
const SILENCE_MS = 45_000;
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 10_000;

/**
 * Follows a job until it ends: first the job as it is, then every change. A connection that drops is taken
 * up again where it was, for as long as it takes; only the first one has to work.
 * @throws NommerError UNKNOWN_JOB, and UNAVAILABLE when feederd cannot be reached to begin with
 */
export async function* watchJob(
  feederd: Feederd,
  uniqueId: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<JobChange, void> {
  let job: WireJob | undefined;
  let waitMs = FIRST_WAIT_MS;
  for (;;) {
    try {
      for await (const message of readStream(feederd, uniqueId, job, signal)) {
        if (message === 'end') return;
        const change = toChange(message, job);
        if (change === undefined) continue;
        ({ job } = change);
        waitMs = FIRST_WAIT_MS;
        yield change;
      }
    } catch (thrown: unknown) {
      if (signal?.aborted === true) return;
      const isPassing = thrown instanceof NommerError && thrown.retryable && job !== undefined;
      if (!isPassing) throw thrown;
    }
    if (job !== undefined && isFinishedState(job.job_state)) return;
    await pause(waitMs, signal);
    if (signal?.aborted === true) return;
    waitMs = Math.min(waitMs * 2, MAX_WAIT_MS);
  }
}

/** One connection's events, then 'end' when feederd says that there is nothing more to come. */
async function* readStream(
  feederd: Feederd,
  uniqueId: string,
  last: WireJob | undefined,
  stop: AbortSignal | undefined,
): AsyncGenerator<EventSourceMessage | 'end', void> {
  const line = new AbortController();
  const hangUp = () => line.abort(stop?.reason);
  const giveUp = () => line.abort(new NommerError('UNAVAILABLE', 'The event stream fell silent'));
  stop?.addEventListener('abort', hangUp);
  let timer = setTimeout(giveUp, SILENCE_MS);
  try {
    const response = await sendRequest(feederd, `jobs/${encodeURIComponent(uniqueId)}/events`, {
      headers: last === undefined ? {} : { 'last-event-id': String(last.version) },
      signal: line.signal,
    });
    if (response.status === 204) {
      yield 'end';
      return;
    }
    const messages: EventSourceMessage[] = [];
    const parser = createParser({ onEvent: (message) => messages.push(message) });
    const text = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const chunk = await connected(feederd.url, stop, async () => await text?.read());
      if (chunk?.value === undefined) return;
      clearTimeout(timer);
      timer = setTimeout(giveUp, SILENCE_MS);
      parser.feed(chunk.value);
      yield* messages.splice(0);
    }
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener('abort', hangUp);
    line.abort();
  }
}

function toChange({ event, data }: EventSourceMessage, job: WireJob | undefined) {
  if (event === 'state') return { type: event, job: JSON.parse(data) as WireJob } as const;
  if (event !== 'progress' || job === undefined) return undefined;
  return { type: event, job: { ...job, ...(JSON.parse(data) as WireProgressEvent) } } as const;
}
