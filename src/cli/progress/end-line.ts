import type { WireJob } from '../../core/job-wire.ts';
import { cut, displayWidth, shorten } from '../render/display-width.ts';
import { formatDuration, formatElapsed, formatSize } from '../render/format-figures.ts';
import { formatUri } from '../render/format-uri.ts';
import { jobStateTone } from '../render/job-state-tone.ts';
import type { Paper } from '../render/paper.ts';
import { printable } from '../render/printable.ts';
import { workedMilliseconds } from '../render/worked-milliseconds.ts';

/** The line that stays when a job has ended: what came out, or why nothing did. */
export function endLine(job: WireJob, label: string, { width, paint }: Paper): string {
  const labelWidth = Math.max(Math.floor(width * 0.28), 8);
  const start = shorten(label, labelWidth);
  const room = width - displayWidth(start) - 3;
  const tone = jobStateTone(job.job_state);
  if (job.job_state === 'FINISHED') {
    const rest = factsOfEnd(job).join('  ');
    const place = shorten(formatUri(outputOf(job)), Math.max(room - 4 - displayWidth(rest), 12));
    return `${paint(tone, '✓')} ${start} → ${place}  ${paint('faint', rest)}`.trimEnd();
  }
  const details = printable(job.job_state_details ?? '');
  // A reason is told in full in a pipe and in what fits on a terminal: `status` has all of it.
  const why = [job.job_state, details === job.job_state ? '' : details].join('  ');
  return `${paint(tone, '✗')} ${start}  ${paint(tone, cut(why, room).trimEnd())}`;
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
