import type { WireJob } from '../../core/job-wire.ts';
import { cut, displayWidth, shorten } from '../render/display-width.ts';
import { formatDuration, formatElapsed, formatSize } from '../../core/format-figures.ts';
import { formatUri } from '../render/format-uri.ts';
import { jobStateTone } from '../render/job-state-tone.ts';
import type { Paper } from '../render/paper.ts';
import { printable } from '../render/printable.ts';
import { workedMilliseconds } from '../render/worked-milliseconds.ts';

/** The line that stays when a job has ended: what came out, or why nothing did. */
export function endLine(job: WireJob, label: string, { width, paint }: Paper): string {
  const labelWidth = Math.max(Math.floor(width * 0.28), 8);
  const start = shorten(label, labelWidth);
  // The mark and its space, and what stands between the label and the rest.
  const room = width - displayWidth(start) - 4;
  const tone = jobStateTone(job.job_state);
  if (job.job_state === 'FINISHED') {
    const rest = factsOfEnd(job).join('  ');
    const place = shorten(formatUri(outputOf(job)), Math.max(room - 3 - displayWidth(rest), 12));
    return `${paint(tone, '✓')} ${start} → ${place}  ${paint('faint', rest)}`.trimEnd();
  }
  const details = printable(job.job_state_details ?? '');
  const isTelling = details !== '' && details.toUpperCase() !== job.job_state;
  const why = isTelling ? `${job.job_state}  ${details}` : job.job_state;
  // In full in a pipe; on a terminal as much as fits, `status` has the rest.
  return `${paint(tone, '✗')} ${start}  ${paint(tone, cut(why, room))}`;
}

function outputOf(job: WireJob): string {
  return job.result?.outputs[0]?.uri ?? job.dest_path;
}

function factsOfEnd(job: WireJob): readonly string[] {
  const output = job.result?.outputs[0];
  const took = workedMilliseconds(job);
  return [
    ...(output?.duration === undefined || output.duration === null
      ? []
      : [formatDuration(output.duration)]),
    ...(output === undefined ? [] : [formatSize(output.size)]),
    ...(took === null ? [] : [`in ${formatElapsed(took)}`]),
  ];
}
