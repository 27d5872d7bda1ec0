import { isFinishedState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';
import { cut, displayWidth, padEnd, padStart, shorten } from '../render/display-width.ts';
import { jobStateTone } from '../render/job-state-tone.ts';
import type { Paper } from '../render/paper.ts';
import { printable } from '../render/printable.ts';
import { renderBar } from './render-bar.ts';
import { percentOf, progressFigures, type ProgressFigures } from '../../core/progress-figures.ts';

/** Widths that keep figures from jumping about while they change. */
const FIGURES = [
  { key: 'percent', width: 4 },
  { key: 'eta', width: 9 },
  { key: 'speed', width: 5 },
  { key: 'fps', width: 8 },
  { key: 'pass', width: 8 },
] as const satisfies readonly { key: keyof ProgressFigures; width: number }[];
const SHOWN_ORDER = ['percent', 'pass', 'fps', 'speed', 'eta'] as const;

const STATE_WIDTH = 'DOWNLOADING'.length;
const LABEL_SHARE = 0.28;
const MIN_BAR = 8;
const MAX_BAR = 40;
const GAP = 2;

export interface LineLabel {
  readonly label: string;
  /** Of the column of labels, where there is room for it. */
  readonly labelWidth: number;
}

/** One line of a terminal that tells how far a job is. */
export function jobLine(job: WireJob, named: LineLabel, { width, paint }: Paper): string {
  const { label } = named;
  const labelWidth = Math.min(named.labelWidth, Math.floor(width * LABEL_SHARE));
  const tone = jobStateTone(job.job_state);
  const state =
    job.cancel_requested && !isFinishedState(job.job_state) ? 'CANCELLING' : job.job_state;
  const start = [
    padEnd(shorten(label, labelWidth), labelWidth),
    paint(tone, state.padEnd(STATE_WIDTH)),
  ].join(' '.repeat(GAP));
  const room = width - labelWidth - STATE_WIDTH - 2 * GAP;

  if (job.job_state === 'PENDING' || isFinishedState(job.job_state)) {
    const details =
      job.job_state_details ?? (job.job_state === 'PENDING' ? 'waiting for a node' : '');
    return `${start}  ${paint('faint', cut(printable(details), room))}`.trimEnd();
  }
  const figures = progressFigures(job);
  if (figures.percent === undefined) {
    const known = [figures.amount, figures.fps, figures.speed].filter((text) => text !== undefined);
    if (known.length === 0) return `${start}  ${renderBar(0, Math.min(room, MIN_BAR), String)}`;
    return `${start}  ${cut(known.join('  '), room)}`.trimEnd();
  }
  const { texts, used } = fitFigures(figures, room - MIN_BAR);
  const percent = job.progress === null ? null : percentOf(job.progress);
  const bar = renderBar(percent ?? 0, Math.min(room - used, MAX_BAR), (text) => paint(tone, text));
  return `${start}  ${bar}${texts}`.trimEnd();
}

/** As many figures as there is room for, the most telling first. */
function fitFigures(figures: ProgressFigures, room: number): { texts: string; used: number } {
  const kept = new Map<string, string>();
  let used = 0;
  for (const { key, width } of FIGURES) {
    const text = figures[key];
    if (text === undefined && key === 'pass') continue;
    const padded = ' '.repeat(GAP) + padStart(text ?? '', width);
    if (used + displayWidth(padded) > room) break;
    kept.set(key, padded);
    used += displayWidth(padded);
  }
  return { texts: SHOWN_ORDER.map((key) => kept.get(key) ?? '').join(''), used };
}
