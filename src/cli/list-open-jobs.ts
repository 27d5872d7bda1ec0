import type { CallOptions, Client } from '../client/client.ts';
import { isFinishedState, JOB_STATES } from '../core/job-states.ts';
import type { WireJob } from '../core/job-wire.ts';

/** Of the largest pages that feederd gives. */
const PAGE = 500;

/** The jobs that wait or are under way; those submitted first come first, as nodes take them. */
export async function listOpenJobs(
  client: Client,
  call: CallOptions = {},
): Promise<readonly WireJob[]> {
  const found = new Map<string, WireJob>();
  for (const state of JOB_STATES.filter((each) => !isFinishedState(each))) {
    for await (const job of client.listAll({ state, limit: PAGE }, call)) {
      found.set(job.unique_id, job);
    }
  }
  return [...found.values()].toSorted(byCreation);
}

export function byCreation(a: WireJob, b: WireJob): number {
  return a.creation_dtime < b.creation_dtime ? -1 : Number(a.creation_dtime > b.creation_dtime);
}
