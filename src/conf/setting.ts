import type * as z from 'zod';

/** What kind of value a setting takes: how it is checked, read from the environment, and told of. */
export interface Kind<Input, Value> {
  readonly schema: z.ZodType<Value, Input>;
  /** How an environment variable, which is only text, holds such a value. */
  readonly form: 'text' | 'number' | 'boolean' | 'list' | 'object';
  /** Completes "NAME must be …". */
  readonly expects: string;
  /** Makes relative paths in the value absolute. */
  resolvePaths?(value: Value, baseDir: string): Value;
}

/** Where settings are read: what defaults may depend on. */
export interface Surroundings {
  readonly backend: 'local' | 'aws';
  /** Absolute. */
  readonly cwd: string;
  readonly cores: number;
  /** Where the endpoints of AWS's services are when they are not given each. */
  readonly awsEndpoint: string | undefined;
}

/** One row of the table of settings. */
export interface Setting<Key extends string = string, Input = unknown, Value = unknown> {
  /** Inner name, with its unit. */
  readonly key: Key;
  readonly kind: Kind<Input, Value>;
  defaultIn(surroundings: Surroundings): Value;
  /** For people; Markdown. */
  readonly defaultText: string;
  /** For people: what it is for, with its unit; Markdown. */
  readonly about: string;
  /** Never shown, in messages neither. */
  readonly secret: boolean;
  /** The place that cannot do without it. */
  readonly requiredIn: 'aws' | null;
  /** Names it had before. */
  readonly aliases: readonly string[];
}

interface Details {
  readonly about: string;
  readonly secret?: boolean;
  readonly requiredIn?: 'aws';
  readonly aliases?: readonly string[];
}

type Default<Value> =
  | { readonly default: Value }
  | { readonly defaults: { readonly local: Value; readonly aws: Value } }
  | { readonly derive: (surroundings: Surroundings) => Value; readonly defaultText: string };

/** A setting that has a value always. */
export function setting<const Key extends string, Input, Value>(
  key: Key,
  kind: Kind<Input, Value>,
  details: Details & Default<NoInfer<Value>>,
): Setting<Key, Input, Value> {
  return { key, kind, ...described(details), ...defaultOf(details) };
}

/** A setting that is undefined where nobody gives it. */
export function optionalSetting<const Key extends string, Input, Value>(
  key: Key,
  kind: Kind<Input, Value>,
  details: Details,
): Setting<Key, Input, Value | undefined> {
  return {
    key,
    kind,
    ...described(details),
    defaultIn: () => undefined,
    defaultText: details.requiredIn === undefined ? 'none' : `required in ${details.requiredIn}`,
  };
}

function described({ about, secret = false, requiredIn, aliases = [] }: Details) {
  return { about, secret, requiredIn: requiredIn ?? null, aliases };
}

function defaultOf<Value>(details: Default<Value>) {
  if ('derive' in details) {
    return { defaultIn: details.derive, defaultText: details.defaultText };
  }
  if ('defaults' in details) {
    const { local, aws } = details.defaults;
    return {
      defaultIn: ({ backend }: Surroundings) => details.defaults[backend],
      defaultText: `local: ${asCode(local)}, aws: ${asCode(aws)}`,
    };
  }
  return { defaultIn: () => details.default, defaultText: asCode(details.default) };
}

function asCode(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}
