import type { Tone } from './paint.ts';
import type { Paper } from './paper.ts';
import { wrapBehind } from './wrap-text.ts';

const MARKS = { warning: '!', bad: '✗', faint: '…', active: '→' } as const satisfies Partial<
  Record<Tone, string>
>;

/** A sentence or two besides the result, behind a mark. */
export function renderNote(
  tone: keyof typeof MARKS,
  text: string,
  { width, paint }: Paper,
): string {
  return wrapBehind(`${paint(tone, MARKS[tone])} `, text, width);
}
