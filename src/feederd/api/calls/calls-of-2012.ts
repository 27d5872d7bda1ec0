import * as z from 'zod';
import { FailureSchema } from '../../../core/api-schema.ts';
import { JobSchema } from '../../../core/job-schema.ts';
import { LooseListing, OneJob } from '../read-query.ts';
import { LooseSubmit } from '../read-submit.ts';
import type { Answer, Call } from './call.ts';
import { JOB_ERRORS, STORE_ERRORS } from './errors-of.ts';
import { CANCELLED_JOB, FINISHED_JOB, JOB_ID, SUBMISSION_OF_2012 } from './examples.ts';
import { SUBMIT_ERRORS } from './job-calls.ts';

const success = z.literal(true);
const ONE_JOB = { schema: OneJob, examples: { 'a job': { job_id: JOB_ID } } };

function answersOf(done: z.ZodObject, example: unknown): Record<number, Answer> {
  return {
    200: {
      description: 'What was asked for, or why not.',
      body: { schema: z.union([done, FailureSchema]), example },
    },
  };
}

/** The calls that the published clients of 2012 make. */
export const CALLS_OF_2012 = {
  submit: {
    method: 'POST',
    path: '/job/submit',
    family: 'calls of 2012',
    access: ['submit'],
    summary: 'Submit a job',
    description: 'Takes what `POST /jobs` takes, and ignores what it does not know.',
    headers: ['Idempotency-Key'],
    body: { schema: LooseSubmit, examples: { 'as in 2012': SUBMISSION_OF_2012 } },
    answers: answersOf(z.object({ success, job_id: z.string() }), {
      success: true,
      job_id: JOB_ID,
    }),
    errors: [...SUBMIT_ERRORS, ...STORE_ERRORS],
  },
  status: {
    method: 'POST',
    path: '/job/status',
    family: 'calls of 2012',
    access: ['read'],
    summary: 'Tell all about a job',
    body: ONE_JOB,
    answers: answersOf(z.object({ success, job: JobSchema }), { success: true, job: FINISHED_JOB }),
    errors: JOB_ERRORS,
  },
  list: {
    method: 'POST',
    path: '/job/list',
    family: 'calls of 2012',
    access: ['read'],
    summary: 'List jobs, newest first',
    body: {
      schema: LooseListing,
      examples: { 'all jobs': {}, 'failed ones': { state: 'ERROR', limit: 20 } },
    },
    answers: answersOf(
      z.object({ success, jobs: z.array(JobSchema), cursor: z.string().exactOptional() }),
      { success: true, jobs: [FINISHED_JOB] },
    ),
    errors: [...STORE_ERRORS],
  },
  cancel: {
    method: 'POST',
    path: '/job/cancel',
    family: 'calls of 2012',
    access: ['control'],
    summary: 'Cancel a job',
    body: ONE_JOB,
    answers: answersOf(z.object({ success, job_id: z.string(), job: JobSchema }), {
      success: true,
      job_id: JOB_ID,
      job: CANCELLED_JOB,
    }),
    errors: ['ALREADY_FINISHED', ...JOB_ERRORS],
  },
} satisfies Record<string, Call>;
