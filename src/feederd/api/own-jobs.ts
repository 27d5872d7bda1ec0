import { NommerError } from '../../core/errors.ts';
import type { EncodingJob } from '../../core/job.ts';
import type { JobStateBackend } from '../../core/job-state-backend.ts';
import type { JobPage } from '../../core/ports.ts';
import type { Caller } from './caller.ts';
import type { JobListing } from './read-query.ts';

/** So many pages of others' jobs are passed over in one answer. */
const MAX_PAGES = 20;

/** Whether the job is there for the caller. */
export function sees(
  { onlyOwn, name }: Caller,
  { submitter }: Pick<EncodingJob, 'submitter'>,
): boolean {
  return !onlyOwn || submitter === name;
}

/** @throws NommerError UNKNOWN_JOB, for another's job as for one that does not exist */
export async function getJob(
  backend: JobStateBackend,
  uniqueId: string,
  caller: Caller,
): Promise<EncodingJob> {
  const job = await backend.get(uniqueId);
  if (sees(caller, job)) return job;
  throw new NommerError('UNKNOWN_JOB', `There is no job ${uniqueId}`);
}

/** Before a job is changed: who submitted it never changes. @throws NommerError UNKNOWN_JOB */
export async function checkSeen(
  backend: JobStateBackend,
  uniqueId: string,
  caller: Caller,
): Promise<string> {
  if (caller.onlyOwn) await getJob(backend, uniqueId, caller);
  return uniqueId;
}

/** One page; it may hold less than `limit`, or nothing, and still not be the last one. */
export async function listJobs(
  { store }: JobStateBackend,
  listing: JobListing,
  caller: Caller,
): Promise<Omit<JobPage, 'unreadable'>> {
  let { cursor } = listing;
  for (let page = 1; ; page += 1) {
    const found = await store.recent({ ...listing, ...(cursor !== undefined && { cursor }) });
    const jobs = found.jobs.filter((job) => sees(caller, job));
    ({ cursor } = found);
    if (jobs.length > 0 || cursor === undefined || page === MAX_PAGES) {
      return { jobs, ...(cursor !== undefined && { cursor }) };
    }
  }
}
