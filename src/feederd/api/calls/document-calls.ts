import * as z from 'zod';
import type { Call } from './call.ts';

/** The API's document. It tells nothing of an installation. */
export const DOCUMENT_CALLS = {
  json: {
    method: 'GET',
    path: '/openapi.json',
    family: 'document',
    access: 'open',
    summary: 'Describe the API',
    answers: {
      200: {
        description: 'OpenAPI 3.1.',
        body: { schema: z.looseObject({ openapi: z.string() }) },
      },
    },
    errors: [],
  },
} satisfies Record<string, Call>;
