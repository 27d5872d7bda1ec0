import * as z from 'zod';
import { NommerError, received } from '../../core/errors.ts';
import { JOB_STATES, type JobState } from '../../core/job-states.ts';
import { readFields } from './read-fields.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const MAX_CURSOR_LENGTH = 2048;
const MAX_SEARCH_LENGTH = 200;
const JOB_ID = /^[\w-]{1,128}$/;

const limitError = { error: `must be a whole number from 1 to ${MAX_LIMIT}` };
const Listing = z.strictObject({
  state: z.enum(JOB_STATES, { error: `must be one of ${JOB_STATES.join(', ')}` }).nullish(),
  limit: z
    .union([z.int(), z.stringFormat('whole number', /^\d{1,6}$/).transform(Number)], limitError)
    .refine((limit) => limit >= 1 && limit <= MAX_LIMIT, limitError)
    .nullish(),
  q: z
    .string({ error: 'must be a text' })
    .max(MAX_SEARCH_LENGTH, { error: `is longer than ${MAX_SEARCH_LENGTH} characters` })
    .nullish(),
  cursor: z
    .string({ error: 'must be the cursor of an earlier answer' })
    .max(MAX_CURSOR_LENGTH, { error: 'is longer than any cursor' })
    .nullish(),
});
const LooseListing = z.object(Listing.shape);
const JobId = z.object({ job_id: z.string({ error: 'must be a string' }) });

export interface JobListing {
  readonly state?: JobState;
  /** Only jobs with all its words, see `core/job-search.ts`. */
  readonly q?: string;
  readonly cursor?: string;
  readonly limit: number;
}

/** @param given a query, or a body of the 2012 family @throws NommerError BADINPUT */
export function readListing(given: unknown, { strict }: { strict: boolean }): JobListing {
  const { state, q, limit, cursor } = readFields(strict ? Listing : LooseListing, given);
  return {
    ...(q !== undefined && q !== null && q.trim() !== '' && { q }),
    ...(state !== undefined && state !== null && { state }),
    ...(cursor !== undefined && cursor !== null && cursor !== '' && { cursor }),
    limit: limit ?? DEFAULT_LIMIT,
  };
}

/** `job_id` of a body of the 2012 family. @throws NommerError BADINPUT, UNKNOWN_JOB */
export function readJobId(body: unknown): string {
  return checkJobId(readFields(JobId, body).job_id);
}

/** What cannot be a job's id never reaches the store. @throws NommerError UNKNOWN_JOB */
export function checkJobId(given: string): string {
  if (JOB_ID.test(given)) return given;
  throw new NommerError('UNKNOWN_JOB', `There is no job ${received(given)}`);
}
