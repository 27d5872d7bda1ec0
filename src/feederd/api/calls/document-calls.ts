import * as z from 'zod';
import type { Call } from './call.ts';

/** The API's document, for programs and for people. It tells nothing of an installation. */
export const DOCUMENT_CALLS = {
  json: {
    method: 'GET',
    path: '/openapi.json',
    family: 'document',
    access: 'open',
    summary: 'Describe the API for programs',
    answers: {
      200: {
        description: 'OpenAPI 3.1.',
        body: { schema: z.looseObject({ openapi: z.string() }) },
      },
    },
    errors: [],
  },
  page: {
    method: 'GET',
    path: '/docs',
    family: 'document',
    access: 'open',
    summary: 'Describe the API for people',
    answers: {
      200: {
        description: 'The same as a page.',
        body: { type: 'text/html', schema: z.string() },
      },
    },
    errors: [],
  },
} satisfies Record<string, Call>;
