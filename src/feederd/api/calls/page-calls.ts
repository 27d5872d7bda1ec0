import * as z from 'zod';
import { HistorySchema, SessionSchema } from '../../../core/api-schema.ts';
import { JobId } from '../read-query.ts';
import type { Answer, Call } from './call.ts';
import { JOB_ERRORS } from './errors-of.ts';

/** What `GET /stats/history` takes. */
export const HistoryQuery = z.strictObject({
  after: z.iso
    .datetime({ error: 'must be a time as the answer before had it (ISO 8601, UTC)' })
    .nullish()
    .describe('Only what was sampled after this time.'),
});

const SESSION: Answer = {
  description: 'Who calls, and what the token allows.',
  body: {
    schema: SessionSchema,
    example: { name: 'ops', scopes: ['submit', 'read', 'control'], only_own: false },
  },
};

const BYTES = { type: 'video/*', schema: z.string() };

/** What the web page lives on. */
export const PAGE_CALLS = {
  session: {
    method: 'GET',
    path: '/session',
    family: 'page',
    // Whoever has a token may ask what it is good for, and have the page keep it.
    access: [],
    summary: 'Tell who calls',
    answers: { 200: SESSION },
    errors: [],
  },
  signIn: {
    method: 'POST',
    path: '/session',
    family: 'page',
    access: [],
    summary: 'Sign in with the token that the request shows',
    description:
      'A browser shows the token by a cookie from then on. What changes anything by that cookie must have an ' +
      '`Origin` of feederd’s own.',
    answers: { 200: { ...SESSION, headers: ['Set-Cookie'] } },
    errors: [],
  },
  signOut: {
    method: 'DELETE',
    path: '/session',
    family: 'page',
    access: 'open',
    summary: 'Sign out',
    answers: { 204: { description: 'The cookie is gone.', headers: ['Set-Cookie'] } },
    errors: [],
  },
  output: {
    method: 'GET',
    path: '/jobs/:id/outputs/:output',
    family: 'page',
    access: ['read'],
    summary: 'Play an output',
    description:
      'Of a `file://` output the bytes, by parts where `Range` asks for one; of an `s3://` one the way there.',
    params: { id: JobId, output: z.string().describe('Its place among `result.outputs`, from 0.') },
    headers: ['Range', 'If-Range'],
    answers: {
      200: { description: 'All of it.', body: BYTES },
      206: { description: 'A part of it.', body: BYTES, headers: ['Content-Range'] },
      302: { description: 'It is at S3, to be read for four hours.', headers: ['Location'] },
      416: { description: 'The part is beyond the end.', headers: ['Content-Range'] },
    },
    errors: [...JOB_ERRORS, 'UNKNOWN_OUTPUT'],
    // A HEAD would open what nobody reads.
    hasNoHead: true,
  },
  history: {
    method: 'GET',
    path: '/stats/history',
    family: 'page',
    access: ['read'],
    summary: 'Tell what the installation did in the last hours',
    description:
      'Every 15 seconds of the last six hours, of everybody’s jobs: not for tokens that see only their own.',
    query: HistoryQuery,
    answers: {
      200: {
        description: 'The samples.',
        body: {
          schema: HistorySchema,
          example: {
            interval_seconds: 15,
            at: ['2026-11-01T12:00:00.000Z'],
            pending: [3],
            downloading: [0],
            encoding: [2],
            uploading: [0],
            queue: [3],
            nodes: [1],
            slots: [2],
            busy: [2],
            finished: [1],
            failed: [0],
          },
        },
      },
    },
    errors: ['BADINPUT'],
  },
  page: {
    method: 'GET',
    path: '/',
    family: 'page',
    // There is no data in it.
    access: 'open',
    summary: 'Show the web page',
    answers: {
      200: { description: 'The page.', body: { type: 'text/html', schema: z.string() } },
      503: {
        description: 'It is not built: how to build it.',
        body: { type: 'text/plain', schema: z.string() },
      },
    },
    errors: [],
  },
  asset: {
    method: 'GET',
    path: '/assets/:file',
    family: 'page',
    access: 'open',
    summary: 'Load a part of the web page',
    params: { file: z.string() },
    answers: {
      200: { description: 'A script or a style.', body: { type: 'text/*', schema: z.string() } },
    },
    errors: ['NO_SUCH_CALL'],
  },
} satisfies Record<string, Call>;
