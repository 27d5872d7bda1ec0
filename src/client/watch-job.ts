import { isFinishedState } from '../core/job-states.ts';
import type { WireJob } from '../core/job-wire.ts';
import { readEventStream, toChange, type JobChange } from './event-stream.ts';
import type { Feederd } from './parse-feederd.ts';
import { stayConnected } from './stay-connected.ts';

/**
 * Follows a job until it ends: first the job as it is, then every change. A connection that drops is taken
 * up again where it was, for as long as it takes; only the first one has to work.
 * @throws FeederdError UNKNOWN_JOB, and UNAVAILABLE when feederd cannot be reached to begin with
 */
export async function* watchJob(
  feederd: Feederd,
  uniqueId: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<JobChange, void> {
  let job: WireJob | undefined;
  const path = `jobs/${encodeURIComponent(uniqueId)}/events`;
  const connect = () => {
    const lastId = job === undefined ? undefined : String(job.version);
    return readEventStream(feederd, path, { lastId, signal });
  };
  const isDone = () => job !== undefined && isFinishedState(job.job_state);
  for await (const message of stayConnected(connect, signal, isDone)) {
    if (message === 'end') return;
    const change = toChange(message, () => job);
    if (change === undefined) continue;
    ({ job } = change);
    yield change;
  }
}
