import * as z from 'zod';
import { ProgressEventSchema } from '../../../core/api-schema.ts';
import { JobSchema } from '../../../core/job-schema.ts';
import { JobId } from '../read-query.ts';
import type { Answer, Call } from './call.ts';
import { JOB_ERRORS } from './errors-of.ts';

const STREAM: Answer = {
  description:
    'Server-sent events. A `state` event has the whole job, a `progress` event those fields that changed. ' +
    'A slow reader gets fewer of them, never wrong ones. A comment comes whenever nothing else has for a while.',
  body: {
    type: 'text/event-stream',
    schema: z.string(),
    events: { state: JobSchema, progress: ProgressEventSchema },
    example:
      'retry: 2000\n\n' +
      'event: progress\nid: 4\n' +
      'data: {"unique_id":"1f40fc92da241694750979ee6cf582f2","job_state":"ENCODING","version":4,' +
      '"attempt":1,"node_id":"node-1","last_modified_dtime":"2026-11-01T12:00:09.800Z",' +
      '"progress":{"percent":41.5,"fps":104,"speed":4.2,"out_seconds":24.9,"eta_seconds":8.4,"pass":1,' +
      '"passes":1,"bytes":null,"total_bytes":null}}\n\n' +
      ': keep-alive\n\n',
  },
};

/** What `GET /events` takes. */
export const AllEventsQuery = z.object({
  from: z
    .literal('now', { error: 'must be "now"' })
    .nullish()
    .describe('`now`: only what happens from now on, without all open jobs as they are.'),
});

/** Server-sent events of one job, and of all. */
export const EVENT_CALLS = {
  ofJob: {
    method: 'GET',
    path: '/jobs/:id/events',
    family: 'events',
    access: ['read'],
    summary: 'Follow a job to its end',
    description: 'Begins with the job as it is, and ends when the job has ended.',
    params: { id: JobId },
    headers: ['Last-Event-ID'],
    answers: {
      200: STREAM,
      204: {
        description: 'The job has ended, and the caller has seen how: there is nothing more.',
      },
    },
    errors: JOB_ERRORS,
    hasNoHead: true,
  },
  ofAll: {
    method: 'GET',
    path: '/events',
    family: 'events',
    access: ['read'],
    summary: 'Follow all jobs',
    description: 'Begins with all unfinished jobs as they are, and has no end.',
    query: AllEventsQuery,
    headers: ['Last-Event-ID'],
    answers: { 200: STREAM },
    errors: ['BADINPUT'],
    hasNoHead: true,
  },
} satisfies Record<string, Call>;
