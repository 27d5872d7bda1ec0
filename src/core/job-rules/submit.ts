import type { EncodingJob } from '../job.ts';
import { change, refuse, type Ruling } from './ruling.ts';

/** What a submitter decides about a job. */
export type NewJob = Pick<
  EncodingJob,
  | 'uniqueId'
  | 'sourcePath'
  | 'destPath'
  | 'nommer'
  | 'options'
  | 'notifyUrl'
  | 'notify'
  | 'metadata'
  | 'submitter'
  | 'requestHash'
>;

/** A new job: PENDING, and not queued yet. */
export function submitJob(request: NewJob, now: number): EncodingJob {
  return {
    ...request,
    jobState: 'PENDING',
    jobStateDetails: null,
    errorCode: null,
    createdAt: now,
    modifiedAt: now,
    version: 1,
    changeIds: [],
    sealed: null,
    attempt: 0,
    failures: 0,
    lease: null,
    queued: false,
    notBefore: null,
    cancelRequested: false,
    progress: null,
    timings: [{ state: 'PENDING', attempt: 0, at: now }],
    result: null,
    made: null,
    translated: [],
    log: '',
    undelivered: [],
    deliveries: [],
    notificationCount: 0,
  };
}

/** Notes that the new-job queue took the job. */
export function markQueued(job: EncodingJob, now: number): Ruling {
  return job.queued || job.jobState !== 'PENDING'
    ? refuse(job, 'unchanged')
    : change(job, now, { queued: true });
}
