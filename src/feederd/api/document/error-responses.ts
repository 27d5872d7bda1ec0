import { ERROR_CODES, type ErrorCode } from '../../../core/errors.ts';
import { ANSWER_HEADERS, type AnswerHeader } from '../calls/call.ts';
import { toProblem } from '../to-problem.ts';
import { refTo, type JsonSchema } from './json-schema.ts';
import type { Reference, Response } from './open-api.ts';

export interface ErrorResponses {
  /** The answer with this status that has one of the codes, or where it is. */
  of(
    status: number,
    codes: readonly ErrorCode[],
    form: 'Problem' | 'Failure',
  ): Response | Reference;
  /** All that have been referred to, by name. */
  all(): Readonly<Record<string, Response>>;
}

/** With more of them an answer is one call's own. */
const MAX_IN_NAME = 2;

/** Answers that tell errors. Many calls share them, so each stands in the document once. */
export function errorResponses(): ErrorResponses {
  const all: Record<string, Response> = {};
  return {
    of(status, codes, form) {
      if (codes.length > MAX_IN_NAME) return toResponse(status, codes, form);
      const name = [status, ...(form === 'Failure' ? [form] : []), ...codes].join('-');
      all[name] ??= toResponse(status, codes, form);
      return { $ref: `#/components/responses/${name}` };
    },
    all: () => all,
  };
}

function toResponse(
  status: number,
  codes: readonly ErrorCode[],
  form: 'Problem' | 'Failure',
): Response {
  const description = codes.map((code) => `\`${code}\`: ${ERROR_CODES[code].meaning}`).join('\n\n');
  const type = form === 'Problem' ? 'application/problem+json' : 'application/json';
  const examples = codes.map((code) => [code, { value: exampleOf(status, code, form) }]);
  return {
    description: status === 415 ? UNKNOWN_TYPE : description,
    ...headersOf(status),
    content: {
      [type]: {
        schema: withCodes(form, codes),
        examples: Object.fromEntries(examples) as Record<string, { value: unknown }>,
      },
    },
  };
}

const UNKNOWN_TYPE = '`BADINPUT`: The Content-Type of the body is not application/json.';

/** The named form, with only some of the codes. */
export function withCodes(form: 'Problem' | 'Failure', codes: readonly ErrorCode[]): JsonSchema {
  return { $ref: refTo(form), properties: { error_code: { enum: codes } } };
}

function exampleOf(status: number, code: ErrorCode, form: 'Problem' | 'Failure'): unknown {
  const message = ERROR_CODES[code].meaning;
  return form === 'Problem'
    ? toProblem({ code, status, message }, '/jobs')
    : { success: false, error_code: code, message };
}

function headersOf(status: number): Pick<Response, 'headers'> {
  if (status === 401) return { headers: headers(['WWW-Authenticate']) };
  if (status === 429 || status === 503) return { headers: headers(['Retry-After']) };
  return {};
}

export function headers(names: readonly AnswerHeader[]): NonNullable<Response['headers']> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        description: ANSWER_HEADERS[name],
        schema: { type: name === 'Retry-After' ? 'integer' : 'string' },
      },
    ]),
  );
}
