import type { Tone } from '../render/paint.ts';
import type { Paper } from '../render/paper.ts';
import type { Check } from './check.ts';

const MARKS = {
  ok: { mark: '✓', tone: 'good' },
  warning: { mark: '!', tone: 'warning' },
  problem: { mark: '✗', tone: 'bad' },
} as const satisfies Record<Check['verdict'], { mark: string; tone: Tone }>;

const NAME_WIDTH = 10;

/** A line for what was found, and another one for what to do. */
export function renderCheck({ name, verdict, found, advice }: Check, { paint }: Paper): string {
  const { mark, tone } = MARKS[verdict];
  const line = `${paint(tone, mark)} ${name.padEnd(NAME_WIDTH)}  ${found}`;
  return advice === undefined
    ? line
    : `${line}\n${' '.repeat(NAME_WIDTH + 4)}${paint(tone, '→')} ${advice}`;
}
