import { NommerError } from '../core/errors.ts';
import { isFinishedState } from '../core/job-states.ts';
import type { WireJob } from '../core/job-wire.ts';
import { readEventStream, toChange, type JobChange } from './event-stream.ts';
import type { Feederd } from './parse-feederd.ts';
import { requestJson } from './send-request.ts';
import { stayConnected } from './stay-connected.ts';

export interface FollowOptions {
  /** Ids of jobs: only these, until all have ended. Default: all there are, without end. */
  readonly only?: readonly string[];
  readonly signal: AbortSignal | undefined;
}

/** Looked up at a time, of those that may have ended unseen. */
const LOOKUPS_AT_A_TIME = 8;
const LOOKUP_MS = 30_000;

/**
 * Follows many jobs over one connection: those that are open as they are, then every change. When a
 * connection was lost for so long that feederd has forgotten what came meanwhile, jobs that ended unseen
 * are looked up: the end of no job is missed. Changes may come twice.
 * @throws FeederdError UNAVAILABLE when feederd cannot be reached to begin with
 */
export function followJobs(
  feederd: Feederd,
  { only, signal }: FollowOptions,
): AsyncGenerator<JobChange, void> {
  const left = only === undefined ? undefined : new Set(only);
  const open = new Map<string, WireJob>();
  let lastId: string | undefined;

  /** @returns the change, if it is news to who follows */
  function take(change: JobChange): JobChange | undefined {
    const { job } = change;
    const { unique_id: id } = job;
    if (left?.has(id) === false || (open.get(id)?.version ?? 0) >= job.version) return undefined;
    if (isFinishedState(job.job_state)) {
      open.delete(id);
      left?.delete(id);
    } else open.set(id, job);
    return change;
  }

  async function* connect(): AsyncGenerator<JobChange | undefined, void> {
    const listed = new Set<string>();
    for await (const message of readEventStream(feederd, 'events', { lastId, signal })) {
      if (message === 'end') return;
      const change = toChange(message, (id) => open.get(id));
      if (change !== undefined) {
        listed.add(change.job.unique_id);
        yield take(change);
      } else if (message.id !== undefined) {
        // All open jobs have been listed: what is not among them has ended, or is very new.
        const unlisted = [...(left ?? open.keys())].filter((id) => !listed.has(id));
        for await (const job of lookUp(unlisted)) yield take({ type: 'state', job });
        yield undefined;
      }
      // Only now: a listing that broke off has to come again.
      lastId = message.id ?? lastId;
      if (left?.size === 0) return;
    }
  }

  async function* lookUp(ids: readonly string[]): AsyncGenerator<WireJob, void> {
    for (let first = 0; first < ids.length; first += LOOKUPS_AT_A_TIME) {
      const some = ids.slice(first, first + LOOKUPS_AT_A_TIME);
      for (const job of await Promise.all(some.map(getJob))) if (job !== undefined) yield job;
    }
  }

  /** @returns undefined when there is no such job (any more): nothing will be heard of it */
  async function getJob(id: string): Promise<WireJob | undefined> {
    try {
      const path = `jobs/${encodeURIComponent(id)}`;
      return await requestJson<WireJob>(feederd, path, { signal, timeoutMs: LOOKUP_MS });
    } catch (thrown: unknown) {
      if (!(thrown instanceof NommerError && thrown.code === 'UNKNOWN_JOB')) throw thrown;
      left?.delete(id);
      open.delete(id);
      return undefined;
    }
  }

  return news(stayConnected(connect, signal, () => left?.size === 0));
}

async function* news<Item>(items: AsyncIterable<Item | undefined>): AsyncGenerator<Item, void> {
  for await (const item of items) if (item !== undefined) yield item;
}
