import * as z from 'zod';
import type { JsonValue } from '../core/json.ts';
import { BUILT_IN_PRESETS } from './presets.ts';
import type { Kind } from './setting.ts';

export interface Preset {
  readonly description: string;
  /** Of processors, with h264_web = 1; left out where nobody has measured it. */
  readonly relativeTime?: number;
  /** A nommer's options, as `job_options.options` takes them. */
  readonly options: JsonValue;
}

export interface OwnPreset {
  readonly description?: string | undefined;
  readonly options: JsonValue;
}

const Json: z.ZodType<JsonValue, JsonValue> = z.json();

const Own = z.record(
  z.string().min(1),
  z.strictObject({ description: z.string().default(''), options: Json }),
);

/** Presets of one's own, over the built-in ones: one of the same name takes its place. */
export const presets: Kind<
  Readonly<Record<string, OwnPreset>>,
  Readonly<Record<string, Preset>>
> = {
  schema: Own.transform((own) => ({ ...BUILT_IN_PRESETS, ...own })),
  form: 'object',
  expects: 'an object of presets: { NAME: { description?, options } }',
};
