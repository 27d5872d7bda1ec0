import type { EncodingJob, StateTiming } from '../job.ts';
import { NEXT_STATES, type JobState } from '../job-states.ts';
import { withNotification } from './notifications.ts';
import { change, type Ruling } from './ruling.ts';

/** Long enough for every state of every failure a job may have, short enough to store. */
const MAX_TIMINGS = 100;
const MAX_DETAILS_LENGTH = 200;

/**
 * The job in another state: with the time noted, without what belongs to the state it leaves, and with
 * a notification where somebody wants to hear of it.
 */
export function enterState(
  job: EncodingJob,
  state: JobState,
  now: number,
  patch: Partial<EncodingJob> = {},
): Ruling {
  if (!NEXT_STATES[job.jobState].includes(state)) {
    throw new Error(`no rule leads from ${job.jobState} to ${state} (job ${job.uniqueId})`);
  }
  const entered: EncodingJob = {
    ...job,
    jobStateDetails: null,
    errorCode: null,
    notBefore: null,
    progress: null,
    ...patch,
    jobState: state,
    timings: [...job.timings, timingOf(job, state, now, patch)].slice(-MAX_TIMINGS),
  };
  return change(withNotification(entered, now), now, {});
}

/** What is kept of a state when the job has left it. */
function timingOf(
  job: EncodingJob,
  state: JobState,
  now: number,
  { attempt = job.attempt, lease, errorCode, jobStateDetails }: Partial<EncodingJob>,
): StateTiming {
  return {
    state,
    attempt,
    at: now,
    ...(lease && { nodeId: lease.nodeId }),
    ...(errorCode && { errorCode }),
    ...(jobStateDetails && { details: jobStateDetails.slice(0, MAX_DETAILS_LENGTH) }),
  };
}
