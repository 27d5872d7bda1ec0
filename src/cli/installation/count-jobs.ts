import { isFinishedState } from '../../core/job-states.ts';
import type { JobStore } from '../../core/ports.ts';
import { plural } from '../../core/format-figures.ts';

export interface JobCount {
  /** Of all jobs; counted up to some number. */
  readonly total: number;
  readonly isMore: boolean;
  readonly unfinished: number;
}

const PAGE = 500;
const ENOUGH = 2000;

/** How much there is to lose. */
export async function countJobs(store: JobStore): Promise<JobCount> {
  let unfinished = 0;
  let cursor: string | undefined;
  do {
    const page = await store.open(cursor);
    unfinished += page.jobs.filter((job) => !isFinishedState(job.jobState)).length;
    cursor = page.cursor;
  } while (cursor !== undefined);

  let total = 0;
  do {
    const page = await store.recent({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    total += page.jobs.length + page.unreadable.length;
    cursor = page.cursor;
  } while (cursor !== undefined && total < ENOUGH);
  return { total, isMore: cursor !== undefined, unfinished };
}

/** `12 jobs (3 unfinished)`. */
export function describeJobs({ total, isMore, unfinished }: JobCount): string {
  if (total === 0) return 'no jobs';
  const jobs = isMore ? `more than ${total} jobs` : plural(total, 'job');
  return unfinished === 0 ? jobs : `${jobs} (${unfinished} unfinished)`;
}
