import type { Tone } from '../render/paint.ts';
import type { Paper } from '../render/paper.ts';
import { wrapBehind } from '../render/wrap-text.ts';
import type { Check } from './check.ts';

const MARKS = {
  ok: { mark: '✓', tone: 'good' },
  warning: { mark: '!', tone: 'warning' },
  problem: { mark: '✗', tone: 'bad' },
} as const satisfies Record<Check['verdict'], { mark: string; tone: Tone }>;

const NAME_WIDTH = 10;

/** What was found, and below it what to do. */
export function renderCheck({ name, verdict, found, advice }: Check, paper: Paper): string {
  const { mark, tone } = MARKS[verdict];
  const start = `${paper.paint(tone, mark)} ${name.padEnd(NAME_WIDTH)}  `;
  const line = wrapBehind(start, found, paper.width);
  if (advice === undefined) return line;
  const arrow = `${' '.repeat(NAME_WIDTH + 4)}${paper.paint(tone, '→')} `;
  return `${line}\n${wrapBehind(arrow, advice, paper.width)}`;
}
