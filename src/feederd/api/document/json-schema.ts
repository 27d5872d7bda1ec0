import * as z from 'zod';
import {
  BatchSchema,
  BootingNodeSchema,
  ErrorCodeSchema,
  FailureSchema,
  FleetSchema,
  HistorySchema,
  JobPageSchema,
  NodeSchema,
  PresetSchema,
  ProblemSchema,
  ProgressEventSchema,
  SessionSchema,
  StatsSchema,
  WebhookSchema,
} from '../../../core/api-schema.ts';
import { FFmpegPassSchema } from '../../../core/ffmpeg-options.ts';
import {
  DeliverySchema,
  FactsSchema,
  JobSchema,
  JobStateSchema,
  NotifySchema,
  ProgressSchema,
  ResultSchema,
  TimingSchema,
} from '../../../core/job-schema.ts';
import { Notify } from '../read-notify.ts';
import { Submit } from '../read-submit.ts';

/** A JSON Schema of 2020-12, as OpenAPI 3.1 has it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
}

/** Schemas with a name of their own in the document. */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  Submission: Submit,
  SubmittedNotify: Notify,
  FFmpegPass: FFmpegPassSchema,
  Job: JobSchema,
  JobState: JobStateSchema,
  Progress: ProgressSchema,
  Timing: TimingSchema,
  Result: ResultSchema,
  Facts: FactsSchema,
  Notify: NotifySchema,
  Delivery: DeliverySchema,
  JobPage: JobPageSchema,
  Batch: BatchSchema,
  ProgressEvent: ProgressEventSchema,
  Webhook: WebhookSchema,
  Fleet: FleetSchema,
  Node: NodeSchema,
  BootingNode: BootingNodeSchema,
  Preset: PresetSchema,
  Stats: StatsSchema,
  History: HistorySchema,
  Session: SessionSchema,
  Problem: ProblemSchema,
  Failure: FailureSchema,
  ErrorCode: ErrorCodeSchema,
};

const UNNAMED = 'unnamed-';

/** Where a named schema is in the document. */
export function refTo(name: string): string {
  return `#/components/schemas/${name}`;
}

export interface JsonSchemas {
  readonly named: Readonly<Record<string, JsonSchema>>;
  /** Of one of those that were given: itself, or where it is. */
  of(schema: z.ZodType): JsonSchema;
}

/** @param others schemas without a name, in which the named ones become references */
export function toJsonSchemas(others: Iterable<z.ZodType>): JsonSchemas {
  const names = new Map(Object.entries(NAMED).map(([name, schema]) => [schema, name]));
  const ids = new Map(names);
  for (const schema of others) if (!ids.has(schema)) ids.set(schema, `${UNNAMED}${ids.size}`);

  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of ids) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    // As callers write it; of answers it says what is there, and leaves room for more.
    io: 'input',
    uri: refTo,
    unrepresentable: ({ zodSchema }) => (zodSchema instanceof z.ZodCustom ? {} : 'throw'),
    override: ({ jsonSchema }) => tidy(jsonSchema),
  });
  const made = (id: string): JsonSchema => {
    const { $schema: _, $id: __, ...schema } = schemas[id] as Record<string, unknown>;
    return withoutUnnamed(schema) as JsonSchema;
  };
  /** What has no name of its own cannot be referred to: it stands where it is used. */
  const withoutUnnamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(withoutUnnamed);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, ...rest } = value as JsonSchema;
    if ($ref?.startsWith(refTo(UNNAMED)) === true) {
      return { ...made($ref.slice(refTo('').length)), ...rest };
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, withoutUnnamed(each)]),
    );
  };
  return {
    named: Object.fromEntries([...names.values()].map((name) => [name, made(name)])),
    of(schema) {
      const name = names.get(schema);
      return name === undefined ? made(ids.get(schema) ?? '') : { $ref: refTo(name) };
    },
  };
}

/** Drops what zod says beside what we mean. */
function tidy(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.format === 'date-time') delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  delete schema.readOnly;
  const { propertyNames } = schema;
  if (typeof propertyNames === 'object' && Object.keys(propertyNames).join() === 'type') {
    delete schema.propertyNames;
  }
}
