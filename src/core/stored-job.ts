import type { EncodingJob } from './job.ts';
import type { Delivery, Notification } from './notification.ts';

/** Reads a job as a store has it. What an earlier version did not know yet has its default. */
export function parseStoredJob(text: string): EncodingJob {
  const job = JSON.parse(text) as StoredJob;
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
