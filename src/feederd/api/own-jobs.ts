import { NommerError } from '../../core/errors.ts';
import type { EncodingJob } from '../../core/job.ts';
import type { JobStateBackend } from '../../core/job-state-backend.ts';
import { searchFor, type SearchedJob } from '../../core/job-search.ts';
import type { JobPage, JobStore } from '../../core/ports.ts';
import { redact, redactJson } from '../../core/redact.ts';
import type { Caller } from './caller.ts';
import type { JobListing } from './read-query.ts';

/** So many pages of others' jobs are passed over in one answer. */
const MAX_PAGES = 20;
/** So many jobs are looked through for one answer to a search. */
const MAX_SEARCHED = 2000;

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
  { q, ...listing }: JobListing,
  caller: Caller,
): Promise<Omit<JobPage, 'unreadable'>> {
  if (q !== undefined) return await searchJobs(store, { ...listing, q }, caller);
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

/** Looks through some of the jobs, newest first; the cursor goes on where this has stopped. */
async function searchJobs(
  store: JobStore,
  { q, limit, ...listing }: JobListing & { readonly q: string },
  caller: Caller,
): Promise<Omit<JobPage, 'unreadable'>> {
  const isFound = searchFor(q);
  const jobs: EncodingJob[] = [];
  let { cursor } = listing;
  let searched = 0;
  do {
    // Never more than are wanted still, so that the cursor passes none over.
    const page = { ...listing, limit: limit - jobs.length };
    const found = await store.recent({ ...page, ...(cursor !== undefined && { cursor }) });
    jobs.push(...found.jobs.filter((job) => sees(caller, job) && isFound(shownOf(job))));
    searched += page.limit;
    ({ cursor } = found);
  } while (cursor !== undefined && jobs.length < limit && searched < MAX_SEARCHED);
  return { jobs, ...(cursor !== undefined && { cursor }) };
}

/** As much of a job as a search looks at, secrets hidden. */
function shownOf({ uniqueId, sourcePath, destPath, metadata }: EncodingJob): SearchedJob {
  return {
    unique_id: uniqueId,
    source_path: redact(sourcePath),
    dest_path: redact(destPath),
    metadata: redactJson(metadata),
  };
}
