import type { EncodingJob } from './job.ts';
import type { Delivery, Notification } from './notification.ts';
import { faultOf } from './stored-job-shape.ts';
import { JobUnreadable } from './unreadable-job.ts';

/**
 * Reads a job as a store has it. What an earlier version did not know yet has its default.
 * @throws JobUnreadable when the text is no job, or that of another id
 */
export function parseStoredJob(text: string, uniqueId: string): EncodingJob {
  const value = parseJson(text, uniqueId);
  const fault = faultOf(value);
  if (fault !== undefined) throw new JobUnreadable(uniqueId, fault);
  const job = value as StoredJob;
  if (job.uniqueId !== uniqueId) throw new JobUnreadable(uniqueId, 'it is a job of another id');
  return {
    ...job,
    notify: job.notify ?? null,
    changeIds: job.changeIds ?? [],
    sealed: job.sealed ?? null,
    submitter: job.submitter ?? null,
    undelivered: job.undelivered.map((each) => ({ ...UNKNOWN, ...each })),
    deliveries: job.deliveries.map((each) => ({ ...UNKNOWN, createdAt: each.at, ...each })),
  };
}

/** Without the parser's own words, which quote what may be a credential. */
function parseJson(text: string, uniqueId: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JobUnreadable(uniqueId, 'it is no JSON');
  }
}

const UNKNOWN = { event: 'finished', lastTryAt: null, lastStatus: null } as const;

type Unknown = keyof typeof UNKNOWN;
type StoredJob = Omit<
  EncodingJob,
  'notify' | 'changeIds' | 'sealed' | 'submitter' | 'undelivered' | 'deliveries'
> & {
  readonly notify?: EncodingJob['notify'];
  readonly changeIds?: EncodingJob['changeIds'];
  readonly sealed?: EncodingJob['sealed'];
  readonly submitter?: EncodingJob['submitter'];
  readonly undelivered: readonly (Omit<Notification, Unknown> &
    Partial<Pick<Notification, Unknown>>)[];
  readonly deliveries: readonly (Omit<Delivery, Unknown | 'createdAt'> &
    Partial<Pick<Delivery, Unknown | 'createdAt'>>)[];
};
