import { displayWidth, padEnd } from './display-width.ts';
import type { Paper } from './paper.ts';

/** What a value is called, and the value; null is left out, an empty name continues the last one. */
export type Field = readonly [name: string, value: string | null];

/** Names and values in two columns. Values are never cut: they are there to be copied. */
export function renderFields(fields: readonly Field[], { paint }: Paper): string {
  const known = fields.filter(([, value]) => value !== null);
  const width = Math.max(...known.map(([name]) => displayWidth(name)));
  return known
    .map(([name, value]) => `  ${paint('faint', padEnd(name, width))}  ${value ?? ''}`)
    .join('\n');
}
