import type { JobState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';
import { displayWidth } from '../render/display-width.ts';
import { formatDuration, formatPercent } from '../../core/format-figures.ts';
import type { Paper } from '../render/paper.ts';
import { renderBar } from './render-bar.ts';

const MAX_BAR = 40;
const MIN_PERCENT = 2;
const MIN_ELAPSED_MS = 5000;

export interface Total {
  readonly count: number;
  /** Those that have ended, well or not. */
  readonly ended: number;
  /** Those that have ended without an output. */
  readonly lost: number;
  readonly elapsedMs: number;
}

/** The line below the bars of several jobs. @param open those heard of that have not ended */
export function totalLine(
  open: Iterable<WireJob>,
  { count, ended, lost, elapsedMs }: Total,
  { width, paint }: Paper,
): string {
  let sum = ended * 100;
  for (const job of open) sum += shareDone(job);
  const percent = sum / Math.max(count, 1);
  const label = paint('strong', `${ended} of ${count} done`);
  const figures = [
    formatPercent(percent),
    ...(lost === 0 ? [] : [paint('bad', `${lost} failed`)]),
    formatDuration(elapsedMs / 1000),
    ...etaOf(percent, elapsedMs),
  ].join('  ');
  const barWidth = Math.min(width - displayWidth(label) - displayWidth(figures) - 4, MAX_BAR);
  const bar = renderBar(percent, Math.max(barWidth, 0), (text) => paint('active', text));
  return [label, bar, figures].join('  ');
}

/** Rough, as all files count the same; before there is something to go by, nothing. */
function etaOf(percent: number, elapsedMs: number): readonly string[] {
  if (percent < MIN_PERCENT || percent >= 100 || elapsedMs < MIN_ELAPSED_MS) return [];
  return [`ETA ${formatDuration((elapsedMs / 1000) * (100 / percent - 1))}`];
}

/** 0–100; what is moved before and after counts little beside the encoding. */
function shareDone({ job_state, progress }: WireJob): number {
  const shares: Partial<Record<JobState, number>> = {
    PENDING: 0,
    DOWNLOADING: 0,
    ENCODING: (progress?.percent ?? 0) * 0.98,
    UPLOADING: 98,
  };
  return shares[job_state] ?? 100;
}
