import type { EncodingJob } from '../job.ts';

/** Why a rule did not allow a change. */
export type Refusal =
  /** The job has ended, or has not ended where it must have. */
  | 'finished'
  | 'not-finished'
  /** A live lease of somebody else. */
  | 'leased'
  /** Back-off: `notBefore` lies ahead. */
  | 'not-due'
  /** The claim shown is not the job's current one. */
  | 'claim-lost'
  /** The job has no notification of this id. */
  | 'no-such-notification'
  /** Nothing would change. */
  | 'unchanged';

/**
 * What a rule says: the changed job to store, or why not, with the job as it stands. Rules are pure:
 * given the same job, event and time they say the same.
 */
export type Ruling =
  | { readonly allowed: true; readonly job: EncodingJob }
  | { readonly allowed: false; readonly job: EncodingJob; readonly refusal: Refusal };

export type JobRule = (job: EncodingJob, now: number) => Ruling;

export function refuse(job: EncodingJob, refusal: Refusal): Ruling {
  return { allowed: false, job, refusal };
}

/** The job with `patch` applied, one version later. */
export function change(job: EncodingJob, now: number, patch: Partial<EncodingJob>): Ruling {
  return {
    allowed: true,
    job: { ...job, ...patch, version: job.version + 1, modifiedAt: now },
  };
}
