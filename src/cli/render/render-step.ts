import type { Step, StepState } from '../installation/step.ts';
import { displayWidth, padEnd } from './display-width.ts';
import type { Tone } from './paint.ts';
import type { Paper } from './paper.ts';
import { printable } from './printable.ts';
import { wrapBehind } from './wrap-text.ts';

interface Style {
  readonly mark: string;
  readonly tone: Tone;
}

const STYLES: Readonly<Record<StepState, Style>> = {
  there: { mark: '✓', tone: 'good' },
  created: { mark: '✓', tone: 'good' },
  changed: { mark: '✓', tone: 'good' },
  deleted: { mark: '✓', tone: 'good' },
  missing: { mark: '+', tone: 'active' },
  differs: { mark: '~', tone: 'active' },
  delete: { mark: '-', tone: 'bad' },
  leave: { mark: '·', tone: 'faint' },
  gone: { mark: '·', tone: 'faint' },
  skipped: { mark: '!', tone: 'warning' },
  unknown: { mark: '!', tone: 'warning' },
  failed: { mark: '✗', tone: 'bad' },
};
const WRONG: Style = { mark: '✗', tone: 'bad' };
const STATE_WIDTH = Math.max(...Object.keys(STYLES).map((state) => state.length));
const KIND_WIDTH = 'instance profile'.length;

/** One thing on AWS, and what was done with it or is to be; below, why. */
export function renderStep({ kind, name, state, detail, error }: Step, paper: Paper): string {
  const { mark, tone } =
    error !== undefined && STYLES[state].tone !== 'warning' ? WRONG : STYLES[state];
  const head = `${paper.paint(tone, `${mark} ${padEnd(state, STATE_WIDTH)}`)}  ${padEnd(kind, KIND_WIDTH)}  `;
  const line = head + printable(name);
  const text = error ?? detail;
  if (text === undefined) return line;
  // A few words stand behind the name.
  const isNote = error === undefined && state !== 'differs';
  const longer = `${line}  ${paper.paint('faint', printable(text))}`;
  if (isNote && displayWidth(longer) <= paper.width) return longer;
  const arrow = `${' '.repeat(STATE_WIDTH + 4)}${paper.paint(isNote ? 'faint' : tone, '→')} `;
  return `${line}\n${wrapBehind(arrow, printable(text), paper.width)}`;
}
