import type * as z from 'zod';
import type { ErrorCode } from '../../../core/errors.ts';
import type { Access } from '../access.ts';

/**
 * What a call is. Each one is declared once, in one of the tables of this folder, and added by
 * `addCall(api, TABLE.name, handler)`. Of its declaration come the route, who may call it, and what
 * `/openapi.json` tells of it; a route without one keeps feederd from starting. The schemas are those that
 * the handler reads the request with. `test/component/api-document-answers.test.ts` makes every call, with
 * every example and every error, and looks whether the answers are what is declared.
 */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As Fastify writes it: `/jobs/:id`. */
  readonly path: string;
  /** The heading under which it stands. */
  readonly family: Family;
  readonly access: Access;
  /** What it does, in a few words that begin with a verb. */
  readonly summary: string;
  /** What else there is to know, in Markdown's `code` and paragraphs. */
  readonly description?: string;
  /** The parts of the path that the caller chooses. */
  readonly params?: Readonly<Record<string, z.ZodType>>;
  readonly query?: z.ZodObject<Readonly<Record<string, z.ZodType>>>;
  /** Headers of the request that mean something to it. */
  readonly headers?: readonly RequestHeader[];
  readonly body?: CallBody;
  /** By HTTP status: what it answers where nothing is wrong. */
  readonly answers: Readonly<Record<number, Answer>>;
  /**
   * What may be wrong, beside what may be wrong with every call (`errors-of.ts`). Calls of 2012 tell it
   * with a 200, the others with the status that the code has.
   */
  readonly errors: readonly ErrorCode[];
  /** A HEAD of it would be a GET to nobody. */
  readonly hasNoHead?: true;
}

export const FAMILIES = {
  jobs: 'Submit, follow, cancel and retry jobs.',
  events: 'Server-sent events: what happens to jobs, as it happens.',
  installation: 'Nodes, presets, figures and health.',
  page: 'What the web page is made of: its session, its charts, its players.',
  'calls of 2012':
    'The calls that the published clients of 2012 make: POST, JSON whatever the Content-Type says, ' +
    'always 200 with `success` true or false (but 401 is 401). With or without the last slash.',
  document: 'This very document.',
} as const;

export type Family = keyof typeof FAMILIES;

export interface CallBody {
  readonly schema: z.ZodType;
  /** By what they are examples of. The test sends each one. */
  readonly examples: Readonly<Record<string, unknown>>;
}

export interface Answer {
  /** When it is given, or what it is. */
  readonly description: string;
  /** Left out: there is no body. */
  readonly body?: {
    /** Left out: application/json. */
    readonly type?: string;
    readonly schema: z.ZodType;
    readonly example?: unknown;
    /** Of server-sent events: the data of each kind, which is JSON. */
    readonly events?: Readonly<Record<string, z.ZodType>>;
  };
  readonly headers?: readonly AnswerHeader[];
}

/** By their names on the wire, what headers are for. */
export const REQUEST_HEADERS = {
  'Idempotency-Key':
    'Up to 255 characters of the caller’s own. The same key and the same request make one job, ' +
    'however often they are sent.',
  'Last-Event-ID': 'The id of the last event that was seen: the stream goes on from there.',
  Range: 'Which part of the file, as `bytes=FIRST-LAST`.',
  'If-Range': 'The `ETag` of before: only of the same file a part, otherwise all of it.',
} as const;

export type RequestHeader = keyof typeof REQUEST_HEADERS;

export const ANSWER_HEADERS = {
  'Content-Range': 'Which part it is, and of how much.',
  Location: 'Where the job, or the file, is.',
  'Retry-After': 'Seconds after which the same request may succeed.',
  'Set-Cookie': 'Keeps the token for the web page, where its scripts cannot read it.',
  'WWW-Authenticate': 'How to show a token.',
} as const;

export type AnswerHeader = keyof typeof ANSWER_HEADERS;
