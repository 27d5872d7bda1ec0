import { Ajv2020 } from 'ajv/dist/2020.js';
import { createParser } from 'eventsource-parser';
import type {
  OpenApiDocument,
  Operation,
  Response,
} from '../../src/feederd/api/document/open-api.ts';

/** What an answer is looked at for. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Says of answers whether they are as `/openapi.json` has them. */
export class DocumentedAnswers {
  /** All that may be answered: `POST /jobs 202`, `POST /jobs 422 BAD_OPTION`. */
  readonly all: ReadonlySet<string>;
  /** Those of them that have been. */
  readonly seen = new Set<string>();
  readonly #document: OpenApiDocument;
  readonly #ajv: Ajv2020;

  constructor(document: OpenApiDocument) {
    this.#document = document;
    this.#ajv = new Ajv2020({
      strict: true,
      strictTypes: false,
      strictRequired: false,
      allErrors: true,
    });
    this.#ajv.addFormat('date-time', isIsoTime);
    this.#ajv.addVocabulary(Object.keys(document));
    this.#ajv.addSchema(closed(document) as object, 'document', true, false);
    this.all = new Set(
      operationsOf(document).flatMap(([name, , operation]) => this.#answersOf(name, operation)),
    );
  }

  /**
   * Looks whether a call may be answered so: status, type, headers, every field and no other.
   * @param name `POST /jobs/{id}/cancel`
   * @throws when it may not
   */
  check(name: string, answer: Answer): void {
    const [pointer, operation] = this.#find(name);
    const { statusCode: status, headers, body } = answer;
    const given = operation.responses[String(status)];
    if (given === undefined) throw new Error(`${name} has no answer ${status}: ${body}`);
    const response = this.#resolve(given);
    const where = '$ref' in given ? given.$ref.slice(1) : `${pointer}/responses/${status}`;
    for (const header of Object.keys(response.headers ?? {})) {
      if (!(header.toLowerCase() in headers)) throw new Error(`${name} ${status} lacks ${header}`);
    }
    if (response.content === undefined) {
      if (body !== '') throw new Error(`${name} ${status} has a body`);
      this.seen.add(`${name} ${status}`);
      return;
    }
    const [type = ''] = Object.keys(response.content);
    const media = response.content[type];
    const sent = String(headers['content-type']).replace(/;.*$/, '');
    if (!sent.startsWith(type.replace('*', ''))) throw new Error(`${name} ${status} is ${sent}`);
    const value: unknown = type.endsWith('json') ? JSON.parse(body) : body;
    this.validate(`${where}/content/${escape(type)}/schema`, value);
    for (const event of media?.['x-events'] === undefined ? [] : eventsIn(body)) {
      const events = `${where}/content/${escape(type)}/x-events`;
      this.validate(`${events}/${escape(event.name)}`, event.data);
    }
    const code = errorCodeIn(value);
    this.seen.add(code === undefined ? `${name} ${status}` : `${name} ${status} ${code}`);
  }

  /** @param pointer where the schema is in the document @throws when the value is not as it says */
  validate(pointer: string, value: unknown): void {
    const schema = this.#ajv.compile({ $ref: `document#${encodeURI(pointer)}` });
    if (schema(value)) return;
    throw new Error(
      `${pointer}: ${this.#ajv.errorsText(schema.errors)} in ${JSON.stringify(value)}`,
    );
  }

  #find(name: string): readonly [pointer: string, operation: Operation] {
    const found = operationsOf(this.#document).find(([each]) => each === name);
    if (found === undefined) throw new Error(`The document has no ${name}`);
    return [found[1], found[2]];
  }

  #resolve(response: Operation['responses'][string]): Response {
    if (!('$ref' in response)) return response;
    const name = response.$ref.split('/').at(-1) ?? '';
    const found = this.#document.components.responses[name];
    if (found === undefined) throw new Error(`The document has no ${response.$ref}`);
    return found;
  }

  #answersOf(name: string, { responses }: Operation): string[] {
    return Object.entries(responses).flatMap(([status, given]) => {
      const { content = {} } = this.#resolve(given);
      const [schema] = Object.values(content).map((media) => media.schema);
      const codes = (schema?.anyOf ?? [schema]).map(
        (each) => each?.properties?.['error_code']?.enum,
      );
      return codes.flatMap((each) =>
        each === undefined
          ? [`${name} ${status}`]
          : each.map((code) => `${name} ${status} ${String(code)}`),
      );
    });
  }
}

/** Each with its name, and where it is. */
export function operationsOf(
  document: OpenApiDocument,
): (readonly [name: string, pointer: string, operation: Operation])[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]) =>
        [`${method.toUpperCase()} ${path}`, `/paths/${escape(path)}/${method}`, operation] as const,
    ),
  );
}

/** Of a JSON pointer's part. */
function escape(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The same, but no object may have a field that is not named. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, closed(inner)]),
  );
  const isSchema = copy['type'] === 'object' && 'properties' in copy;
  return isSchema && !('additionalProperties' in copy)
    ? { ...copy, additionalProperties: false }
    : copy;
}

function isIsoTime(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}

function eventsIn(stream: string): { name: string; data: unknown }[] {
  const events: { name: string; data: unknown }[] = [];
  const parser = createParser({
    onEvent: ({ event = '', data }) =>
      events.push({ name: event, data: JSON.parse(data) as unknown }),
  });
  parser.feed(stream);
  return events;
}

function errorCodeIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('error_code' in value)) return undefined;
  const isError = 'detail' in value || ('success' in value && value.success === false);
  return isError ? String(value.error_code) : undefined;
}
