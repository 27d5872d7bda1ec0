import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isFinished, type EncodingJob } from '../../core/job.ts';
import { toWireJob } from '../../core/job-wire.ts';
import type { ApiDeps } from './api-deps.ts';
import { addCall } from './calls/add-call.ts';
import { AllEventsQuery, EVENT_CALLS } from './calls/event-calls.ts';
import { getJob, sees } from './own-jobs.ts';
import { readFields } from './read-fields.ts';
import { checkJobId } from './read-query.ts';
import { formatEvent, KEEP_ALIVE, sendEventStream } from './send-event-stream.ts';
import { StreamSlots } from './stream-slots.ts';

type EventDeps = Pick<ApiDeps, 'backend' | 'events' | 'openJobs'> & {
  readonly settings: Pick<ApiDeps['settings'], 'maxEventStreams'>;
};

/**
 * Server-sent events. `state`: the data is the job as `GET /jobs/:id` has it. `progress`: some of the
 * same fields with new values, to be laid over the job one has. A slow reader gets fewer, never wrong
 * ones. HEAD is refused: there is no end to it.
 */
export function addEventCalls(api: FastifyInstance, deps: EventDeps): void {
  const { events } = deps;
  const slots = new StreamSlots(deps.settings.maxEventStreams);
  const takeSlot = ({ caller }: FastifyRequest, reply: FastifyReply) => {
    reply.raw.once('close', slots.take(caller));
  };

  addCall(api, EVENT_CALLS.ofAll, (request, reply) => {
    takeSlot(request, reply);
    const { from } = readFields(AllEventsQuery, request.query);
    const lastSeen = events.positionOf(firstOf(request.headers['last-event-id']));
    const after = lastSeen ?? (from === 'now' ? events.position : undefined);
    const isWanted = (job: EncodingJob) => sees(request.caller, job);
    return sendEventStream(reply, (signal) => allJobs(deps, { after, isWanted, signal }));
  });

  addCall(api, EVENT_CALLS.ofJob, async (request, reply) => {
    takeSlot(request, reply);
    const after = events.position;
    const job = await getJob(deps.backend, checkJobId(request.params.id), request.caller);
    const seen = versionIn(firstOf(request.headers['last-event-id']));
    // A browser comes back when a stream ends; 204 tells it that there is nothing more.
    if (isFinished(job) && seen >= job.version) return reply.code(204).send();

    const isWanted = ({ uniqueId }: EncodingJob) => uniqueId === job.uniqueId;
    return sendEventStream(reply, async function* oneJob(signal) {
      let version = seen;
      if (job.version > version) {
        ({ version } = job);
        yield formatEvent({ name: 'state', data: JSON.stringify(toWireJob(job)) }, `${version}`);
        if (isFinished(job)) return;
      }
      for await (const event of events.follow(after, signal, isWanted)) {
        if (event === null) {
          yield KEEP_ALIVE;
        } else if (event.version > version) {
          ({ version } = event);
          yield formatEvent(event, `${version}`);
          if (event.isLast) return;
        }
      }
    });
  });
}

interface Reader {
  /** Where it left off. */
  readonly after: number | undefined;
  readonly isWanted: (job: EncodingJob) => boolean;
  /** Aborts when it has gone. */
  readonly signal: AbortSignal;
}

/** From where the reader left off; else all open jobs as they are, and then what changes. */
async function* allJobs({ events, openJobs }: EventDeps, reader: Reader): AsyncGenerator<string> {
  const { isWanted, signal } = reader;
  const after = reader.after ?? events.position;
  if (reader.after === undefined) {
    for (const job of openJobs()) {
      if (signal.aborted) return;
      if (!isWanted(job)) continue;
      yield formatEvent({ name: 'state', data: JSON.stringify(toWireJob(job)) });
    }
    yield `id: ${events.idOf(after)}\n\n`;
  }
  for await (const event of events.follow(after, signal, isWanted)) {
    yield event === null ? KEEP_ALIVE : formatEvent(event, events.idOf(event.position));
  }
}

/** One job's events have its versions as ids, which outlive any feederd. @returns 0 when there is none */
function versionIn(lastId: string | undefined): number {
  return lastId !== undefined && /^\d{1,15}$/.test(lastId) ? Number(lastId) : 0;
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
