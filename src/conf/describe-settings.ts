import { redact } from '../core/redact.ts';
import type { Origin } from './find-given.ts';
import type { ReadSettings } from './read-settings.ts';
import { SETTINGS } from './settings.ts';

export interface SettingDescription {
  readonly name: string;
  /** As JSON, secrets hidden; null where the setting is not given. */
  readonly value: string | null;
  readonly origin: Origin;
}

/** Every setting as it is in effect, for people to look at. */
export function describeSettings({
  settings,
  origins,
}: ReadSettings): readonly SettingDescription[] {
  const values: Readonly<Record<string, unknown>> = settings;
  return [...SETTINGS].map(([name, { key, secret }]) => ({
    name,
    value: describeValue(values[key], secret),
    origin: origins.get(name) ?? 'default',
  }));
}

function describeValue(value: unknown, secret: boolean): string | null {
  if (value === undefined) return null;
  const isEmptyList = Array.isArray(value) && value.length === 0;
  return secret && !isEmptyList ? '***' : redact(JSON.stringify(value));
}
