import * as z from 'zod';
import { NommerError, received } from '../../core/errors.ts';
import { JOB_STATES, type JobState } from '../../core/job-states.ts';
import { readFields } from './read-fields.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const MAX_CURSOR_LENGTH = 2048;
const MAX_SEARCH_LENGTH = 200;

/** A job's id, as far as its form goes. */
export const JobId = z
  .string({ error: 'must be a string' })
  .regex(/^[\w-]{1,128}$/)
  .describe('`unique_id` of a job.');

const limitError = { error: `must be a whole number from 1 to ${MAX_LIMIT}` };
const State = z.enum(JOB_STATES, { error: `must be one of ${JOB_STATES.join(', ')}` });
const Limit = z.int(limitError).min(1, limitError).max(MAX_LIMIT, limitError);

/** What `GET /jobs` takes. */
export const Listing = z.strictObject({
  state: State.nullish().describe('Only jobs in this state.'),
  limit: z
    .preprocess((given) => (isDigits(given) ? Number(given) : given), Limit)
    .nullish()
    .describe(`How many at most. Default: ${DEFAULT_LIMIT}.`),
  q: z
    .string({ error: 'must be a text' })
    .max(MAX_SEARCH_LENGTH, { error: `is longer than ${MAX_SEARCH_LENGTH} characters` })
    .nullish()
    .describe('Only jobs with all of these words in their id, paths or metadata.'),
  cursor: z
    .string({ error: 'must be the cursor of an earlier answer' })
    .max(MAX_CURSOR_LENGTH, { error: 'is longer than any cursor' })
    .nullish()
    .describe('From the answer before: goes on where that ended.'),
});

/** The same for a call of 2012, which ignores what it does not know. */
export const LooseListing = z.object(Listing.shape);

/** What calls of 2012 about one job take. */
export const OneJob = z.object({ job_id: z.string({ error: 'must be a string' }) });

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
  return checkJobId(readFields(OneJob, body).job_id);
}

/** What cannot be a job's id never reaches the store. @throws NommerError UNKNOWN_JOB */
export function checkJobId(given: string): string {
  if (JobId.safeParse(given).success) return given;
  throw new NommerError('UNKNOWN_JOB', `There is no job ${received(given)}`);
}

/** Of a query everything is a text. */
function isDigits(given: unknown): boolean {
  return typeof given === 'string' && /^\d{1,6}$/.test(given);
}
