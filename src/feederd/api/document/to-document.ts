import type * as z from 'zod';
import { FAMILIES, type Call } from '../calls/call.ts';
import { errorResponses } from './error-responses.ts';
import { toJsonSchemas } from './json-schema.ts';
import type { OpenApiDocument, PathItem } from './open-api.ts';
import { SECURITY_SCHEMES } from './security.ts';
import { toOperation } from './to-operation.ts';
import { webhooks } from './webhooks.ts';

const ABOUT =
  'feederd takes jobs that encode media, and tells what becomes of them. There are two families of calls ' +
  'over one implementation: today’s, with resources, status codes and problem details (RFC 9457), and ' +
  'those of 2012.\n\n' +
  'Where the installation has `API_TOKENS`, every call needs a token with one of the scopes that it names, ' +
  'but those that say otherwise: `Authorization: Bearer TOKEN`, or the token as the password of Basic. ' +
  'Where it has none, only this machine may call, without a token.\n\n' +
  'Times are ISO 8601 in UTC, sizes bytes, durations seconds. Credentials in URIs are never shown again. ' +
  'Answers may get further fields; requests may not have fields that are not named here, but in calls of ' +
  '2012. Every GET answers HEAD, too, unless it is a stream.\n\n' +
  'Errors have an `error_code`, which is for programs. Beside what each call names, any of them answers ' +
  '405 where a path does not take the method, and a request that is no proper HTTP gets 400, 408 or 431.';

/** All calls as an OpenAPI document. @param version of media-nommer */
export function toDocument(calls: readonly Call[], version: string): OpenApiDocument {
  const schemas = toJsonSchemas(calls.flatMap(schemasIn));
  const errors = errorResponses();
  const paths: Record<string, PathItem> = {};
  for (const call of calls) {
    const path = call.path.replaceAll(/:(\w+)/g, '{$1}');
    const operation = toOperation(call, schemas, errors);
    paths[path] = { ...paths[path], [call.method.toLowerCase()]: operation };
  }
  const used = new Set<string>(calls.map(({ family }) => family));
  return {
    openapi: '3.1.1',
    info: {
      title: 'media-nommer',
      version,
      summary: 'Encodes media on machines that you own or rent by the second',
      description: ABOUT,
      license: { name: 'BSD-3-Clause', identifier: 'BSD-3-Clause' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(FAMILIES)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    paths,
    webhooks: webhooks(schemas),
    components: {
      schemas: schemas.named,
      responses: errors.all(),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function schemasIn({ params, query, body, answers }: Call): z.ZodType[] {
  const bodies = Object.values(answers).flatMap((answer) => answer.body ?? []);
  return [
    ...Object.values(params ?? {}),
    ...Object.values(query?.shape ?? {}),
    ...(body === undefined ? [] : [body.schema]),
    ...bodies.flatMap(({ schema, events }) => [schema, ...Object.values(events ?? {})]),
  ];
}
