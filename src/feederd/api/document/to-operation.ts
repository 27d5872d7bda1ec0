import type * as z from 'zod';
import { REQUEST_HEADERS, type Answer, type Call } from '../calls/call.ts';
import { errorsOf, failuresOf } from '../calls/errors-of.ts';
import { headers, withCodes, type ErrorResponses } from './error-responses.ts';
import type { JsonSchema, JsonSchemas } from './json-schema.ts';
import type { Operation, Parameter, Reference, Response } from './open-api.ts';
import { securityOf } from './security.ts';

/** One call as an operation of the document. */
export function toOperation(call: Call, schemas: JsonSchemas, errors: ErrorResponses): Operation {
  const { family, summary, description, access, body } = call;
  const parameters = parametersOf(call, schemas);
  return {
    operationId: idOf(call),
    tags: [family],
    summary,
    ...(description !== undefined && { description }),
    security: securityOf(access),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: schemas.of(body.schema),
            examples: valuesOf(body.examples),
          },
        },
      },
    }),
    responses: responsesOf(call, schemas, errors),
  };
}

/** `POST /jobs/:id/cancel` is `postJobsIdCancel`. */
function idOf({ method, path }: Call): string {
  const words = path.split(/\W+/).filter((word) => word !== '');
  const capitals = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return method.toLowerCase() + (capitals.join('') || 'Root');
}

function parametersOf(call: Call, schemas: JsonSchemas): Parameter[] {
  const { params = {}, query, headers: names = [] } = call;
  const inPath = Object.entries(params).map(([name, schema]) =>
    toParameter({ name, in: 'path', required: true }, schemas.of(schema)),
  );
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => {
    const required = !schema.safeParse(undefined).success;
    return toParameter({ name, in: 'query', required }, schemas.of(schema));
  });
  const inHeader = names.map((name): Parameter => {
    const description = REQUEST_HEADERS[name];
    return { name, in: 'header', required: false, description, schema: { type: 'string' } };
  });
  return [...inPath, ...inQuery, ...inHeader];
}

/** What a schema says of a parameter, the parameter says. There is no way to write null in a URL. */
function toParameter(
  parameter: Pick<Parameter, 'name' | 'in' | 'required'>,
  { description, ...schema }: JsonSchema,
): Parameter {
  const choices = schema.anyOf?.filter(({ type }) => type !== 'null');
  const [only] = choices ?? [];
  return {
    ...parameter,
    ...(description !== undefined && { description }),
    schema: choices?.length === 1 && only !== undefined ? only : schema,
  };
}

function responsesOf(
  call: Call,
  schemas: JsonSchemas,
  errors: ErrorResponses,
): Record<string, Response | Reference> {
  const responses: Record<string, Response | Reference> = {};
  for (const [status, answer] of Object.entries(call.answers)) {
    responses[status] = toResponse(call, answer, schemas);
  }
  for (const [status, codes] of errorsOf(call)) {
    const form = call.family === 'calls of 2012' && status === 401 ? 'Failure' : 'Problem';
    responses[status] = errors.of(status, codes, form);
  }
  return responses;
}

function toResponse(call: Call, answer: Answer, schemas: JsonSchemas): Response {
  const { description, body, headers: names = [] } = answer;
  return {
    description,
    ...(names.length > 0 && { headers: headers(names) }),
    ...(body !== undefined && {
      content: {
        [body.type ?? 'application/json']: {
          schema: schemaOf(call, body.schema, schemas),
          ...(body.example !== undefined && { example: body.example }),
          ...(body.events !== undefined && {
            'x-events': Object.fromEntries(
              Object.entries(body.events).map(([name, schema]) => [name, schemas.of(schema)]),
            ),
          }),
        },
      },
    }),
  };
}

/** Of what a call of 2012 may tell with a 200, errors included, only those that it may. */
function schemaOf(call: Call, schema: z.ZodType, schemas: JsonSchemas): JsonSchema {
  const made = schemas.of(schema);
  if (call.family !== 'calls of 2012') return made;
  const [done = {}] = made.anyOf ?? [];
  return { anyOf: [done, withCodes('Failure', failuresOf(call))] };
}

function valuesOf(examples: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]));
}
