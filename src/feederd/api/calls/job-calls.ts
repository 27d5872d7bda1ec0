import * as z from 'zod';
import { BatchSchema, JobPageSchema } from '../../../core/api-schema.ts';
import { JobSchema } from '../../../core/job-schema.ts';
import { JobId, Listing } from '../read-query.ts';
import { Submit } from '../read-submit.ts';
import type { Call } from './call.ts';
import { JOB_ERRORS, STORE_ERRORS } from './errors-of.ts';
import { CANCELLED_JOB, FINISHED_JOB, NEW_JOB, SUBMISSIONS } from './examples.ts';

export const MAX_BATCH = 1000;

const OF_JOB = { id: JobId };
const NOTIFICATION = z.string().describe('`sequence` or `id` of one of the job’s `deliveries`.');

/** What may be wrong with a job that is submitted, in either family. */
export const SUBMIT_ERRORS = [
  'BADINPUT',
  'BAD_URI',
  'UNSUPPORTED_SCHEME',
  'ADDRESS_FORBIDDEN',
  'SOURCE_FORBIDDEN',
  'DEST_FORBIDDEN',
  'UNKNOWN_NOMMER',
  'UNKNOWN_PRESET',
  'BAD_OPTION',
  'IDEMPOTENCY_MISMATCH',
  'JOB_UNREADABLE',
] as const;

/** Today's calls about jobs. */
export const JOB_CALLS = {
  submit: {
    method: 'POST',
    path: '/jobs',
    family: 'jobs',
    access: ['submit'],
    summary: 'Submit a job, or a list of jobs',
    description:
      'Once it is answered, the job is stored and will run, whatever dies. A list of up to ' +
      `${MAX_BATCH} jobs is answered with 207: each job has its own \`status\`, and is accepted or refused ` +
      'for itself. The `Idempotency-Key` of a list counts for each place in it.',
    headers: ['Idempotency-Key'],
    body: {
      schema: z.union([Submit, z.array(Submit).min(1).max(MAX_BATCH)]),
      examples: {
        ...SUBMISSIONS,
        'several at once': [SUBMISSIONS['by a preset'], SUBMISSIONS['told by signed POSTs']],
      },
    },
    answers: {
      202: {
        description: 'One job: it is accepted.',
        body: { schema: JobSchema, example: NEW_JOB },
        headers: ['Location'],
      },
      207: {
        description: 'A list: what became of each job.',
        body: { schema: BatchSchema, example: { jobs: [{ status: 202, job: NEW_JOB }] } },
      },
    },
    errors: [...SUBMIT_ERRORS, ...STORE_ERRORS],
  },
  list: {
    method: 'GET',
    path: '/jobs',
    family: 'jobs',
    access: ['read'],
    summary: 'List jobs, newest first',
    description: 'A parameter that is not named here is an error.',
    query: Listing,
    answers: {
      200: {
        description: 'A page of jobs.',
        body: { schema: JobPageSchema, example: { jobs: [FINISHED_JOB] } },
      },
    },
    errors: ['BADINPUT', ...STORE_ERRORS],
  },
  get: {
    method: 'GET',
    path: '/jobs/:id',
    family: 'jobs',
    access: ['read'],
    summary: 'Tell all about a job',
    params: OF_JOB,
    answers: {
      200: { description: 'The job.', body: { schema: JobSchema, example: FINISHED_JOB } },
    },
    errors: JOB_ERRORS,
  },
  cancel: {
    method: 'POST',
    path: '/jobs/:id/cancel',
    family: 'jobs',
    access: ['control'],
    summary: 'Cancel a job',
    description:
      'A job that waits never starts; one that runs stops within seconds: until then it has ' +
      '`cancel_requested`.',
    params: OF_JOB,
    answers: {
      200: { description: 'The job.', body: { schema: JobSchema, example: CANCELLED_JOB } },
    },
    errors: ['ALREADY_FINISHED', ...JOB_ERRORS],
  },
  retry: {
    method: 'POST',
    path: '/jobs/:id/retry',
    family: 'jobs',
    access: ['control'],
    summary: 'Have a failed job run again',
    description: 'One that is ERROR, ABANDONED or CANCELLED.',
    params: OF_JOB,
    answers: {
      202: { description: 'The job: it waits.', body: { schema: JobSchema, example: NEW_JOB } },
    },
    errors: ['NOT_RETRYABLE', ...JOB_ERRORS],
  },
  redeliver: {
    method: 'POST',
    path: '/jobs/:id/notifications/:notification/redeliver',
    family: 'jobs',
    access: ['control'],
    summary: 'Have a notification delivered again',
    description: 'At once, whether it was delivered, given up or is still pending.',
    params: { ...OF_JOB, notification: NOTIFICATION },
    answers: {
      202: { description: 'The job.', body: { schema: JobSchema, example: FINISHED_JOB } },
    },
    errors: ['UNKNOWN_NOTIFICATION', ...JOB_ERRORS],
  },
  log: {
    method: 'GET',
    path: '/jobs/:id/log',
    family: 'jobs',
    access: ['read'],
    summary: "Read the tail of FFmpeg's output",
    params: OF_JOB,
    answers: {
      200: {
        description: 'Of the latest attempt. Empty where there is none yet.',
        body: {
          type: 'text/plain',
          schema: z.string(),
          example: 'frame=  623 fps=104 q=28.0 size=    7680kB time=00:00:24.92 speed=4.2x',
        },
      },
    },
    errors: JOB_ERRORS,
  },
} satisfies Record<string, Call>;
