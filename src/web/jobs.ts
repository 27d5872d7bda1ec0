import { signal } from '@preact/signals';
import type { WireStats } from '../core/api-wire.ts';
import type { WireJob } from '../core/job-wire.ts';
import { client } from './api.ts';
import { filterInUrl } from './filter.ts';
import { inWords } from './in-words.ts';
import { JobList } from './job-list.ts';
import { notify } from './notices.ts';
import { noteRefusal } from './session.ts';

/** The one list of jobs that the page has. */
export const jobs = new JobList({
  filter: filterInUrl(),
  list: (query, line) => client.list(query, { signal: line, retries: 0 }),
  onFailed: noteRefusal,
});

/** Figures of the installation; undefined until they are there. */
export const stats = signal<WireStats | undefined>(undefined);

export async function readStats(line: AbortSignal): Promise<void> {
  try {
    stats.value = await client.stats({ signal: line, retries: 0 });
  } catch (thrown: unknown) {
    if (!line.aborted) noteRefusal(thrown);
  }
}

export type JobAction = 'cancel' | 'retry';

/** Cancels or retries a job, and tells what came of it. */
export async function act(action: JobAction, { unique_id: id }: WireJob): Promise<void> {
  try {
    const job = await client[action](id);
    jobs.onState(job);
    if (action === 'retry') notify('good', 'The job starts all over again');
    else if (job.job_state === 'CANCELLED') notify('good', 'The job is cancelled');
    else notify('good', 'The node that has the job stops it');
  } catch (thrown: unknown) {
    noteRefusal(thrown);
    notify('bad', inWords(thrown));
  }
}

/** What may be done with a job in its state. */
export function actionFor({
  job_state: state,
  cancel_requested: asked,
}: WireJob): JobAction | null {
  if (state === 'FINISHED') return null;
  if (state === 'ERROR' || state === 'ABANDONED' || state === 'CANCELLED') return 'retry';
  return asked ? null : 'cancel';
}
