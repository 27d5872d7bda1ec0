import { isFinishedState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';
import { unpainted } from '../render/paint.ts';
import { printable } from '../render/printable.ts';
import { endLine } from './end-line.ts';
import { percentOf, progressFigures } from '../../core/progress-figures.ts';

/** Percent between two lines about the same state. */
const STEP = 10;

/**
 * The line to print for a job where bars would be noise (a pipe, a log of CI), or undefined when too
 * little is new since `printed`, the job as it was last printed: one for each state, and for each 10 %.
 */
export function plainLine(
  job: WireJob,
  printed: WireJob | undefined,
  label: string,
): string | undefined {
  if (isFinishedState(job.job_state)) {
    return printed?.job_state === job.job_state
      ? undefined
      : endLine(job, label, { width: Infinity, paint: unpainted });
  }
  const isNewState =
    printed?.job_state !== job.job_state ||
    printed.attempt !== job.attempt ||
    printed.cancel_requested !== job.cancel_requested ||
    printed.job_state_details !== job.job_state_details;
  if (!isNewState && stepOf(job) <= stepOf(printed)) return undefined;

  const { percent, pass, fps, speed, eta, amount } = progressFigures(job);
  const details = job.job_state === 'PENDING' ? job.job_state_details : null;
  const texts = [
    `- ${label}`,
    job.cancel_requested ? `${job.job_state} (cancelling)` : job.job_state,
    ...[percent, pass, fps, speed, eta, amount].filter((text) => text !== undefined),
    ...(details === null ? [] : [printable(details)]),
  ];
  return texts.join('  ');
}

function stepOf({ progress }: WireJob): number {
  const percent = progress === null ? null : percentOf(progress);
  return percent === null ? 0 : Math.floor(percent / STEP);
}
