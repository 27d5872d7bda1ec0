import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/core/errors.ts';
import type { OpenApiDocument } from '../../src/feederd/api/document/open-api.ts';
import { openApi } from './open-api.ts';

let document: OpenApiDocument;

beforeAll(async () => {
  const { api } = await openApi();
  document = (await api.inject('/openapi.json')).json();
});

describe('/openapi.json', () => {
  it('is a valid document of OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { errors } = await validator.validate(structuredClone(document) as never);
    expect(errors).toBeUndefined();
    expect(validator.version).toBe('3.1');
  });

  it('has every error code', () => {
    const text = JSON.stringify(document);
    for (const code of Object.keys(ERROR_CODES)) expect(text).toContain(code);
  });
});

describe('each example', () => {
  it('is what its schema says', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'document', ...document });
    let examples = 0;
    for (const { where, schema, value } of examplesOf(document, [])) {
      examples += 1;
      const check = ajv.compile(absolute(schema) as object);
      expect({ where, isTrue: check(value), errors: check.errors }).toMatchObject({ isTrue: true });
    }
    expect(examples).toBeGreaterThan(20);
  });
});

interface Example {
  readonly where: string;
  readonly schema: unknown;
  readonly value: unknown;
}

/** Everything in the document that has a schema and examples. */
function* examplesOf(node: unknown, path: readonly string[]): Generator<Example> {
  if (typeof node !== 'object' || node === null) return;
  const { schema, examples } = node as { schema?: unknown; examples?: unknown };
  if (schema !== undefined && typeof examples === 'object' && examples !== null) {
    for (const [name, example] of Object.entries(examples)) {
      const { value } = example as { value: unknown };
      yield { where: [...path, name].join(' '), schema, value };
    }
  }
  for (const [key, child] of Object.entries(node)) yield* examplesOf(child, [...path, key]);
}

/** With references that lead into the document. */
function absolute(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/'));
}
