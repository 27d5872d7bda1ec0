import type { WireJob } from '../../core/job-wire.ts';
import { percentOf } from '../../core/progress-figures.ts';
import { formatAge, formatDuration, formatPercent, formatSize } from '../../core/format-figures.ts';
import { nameOfUri } from './format-uri.ts';
import { jobStateTone } from './job-state-tone.ts';
import type { Paper } from './paper.ts';
import { printable } from './printable.ts';
import { renderTable } from './render-table.ts';
import { shortId } from './short-id.ts';

/** Jobs as a table, a line each. Ids in full only where nobody looks at columns: in a pipe. */
export function renderJobList(jobs: readonly WireJob[], paper: Paper, now: number): string {
  const isPipe = paper.width === Infinity;
  return renderTable(
    jobs,
    [
      {
        title: 'ID',
        cell: ({ unique_id: id }) => (isPipe ? id : shortId(id)),
        tone: () => 'faint',
      },
      {
        title: 'STATE',
        cell: ({ job_state: state }) => state,
        tone: ({ job_state: state }) => jobStateTone(state),
      },
      { title: 'AGE', cell: ({ creation_dtime: at }) => formatAge(at, now) },
      { title: 'SOURCE', cell: ({ source_path: uri }) => nameOfUri(uri), minWidth: 12 },
      { title: '', cell: remarkOf, minWidth: 0, isSentence: true, isWhole: hasFailed },
    ],
    paper,
  );
}

/** Then what is worth knowing is a sentence: why. */
function hasFailed({ job_state: state, failures }: WireJob): boolean {
  return state === 'ERROR' || state === 'ABANDONED' || (state === 'PENDING' && failures > 0);
}

/** The one thing worth knowing besides. */
function remarkOf(job: WireJob): string {
  switch (job.job_state) {
    case 'PENDING':
    case 'CANCELLED':
      return job.failures > 0 ? printable(job.job_state_details ?? '') : '';
    case 'DOWNLOADING':
    case 'ENCODING':
    case 'UPLOADING': {
      const percent = job.progress === null ? null : percentOf(job.progress);
      const eta = job.progress?.eta_seconds ?? null;
      return [
        ...(percent === null ? [] : [formatPercent(percent)]),
        ...(eta === null ? [] : [`ETA ${formatDuration(eta)}`]),
      ].join('  ');
    }
    case 'FINISHED': {
      const size = job.result?.outputs.reduce((sum, output) => sum + output.size, 0);
      return size === undefined ? '' : formatSize(size);
    }
    case 'ERROR':
    case 'ABANDONED':
      return printable(job.job_state_details ?? job.error_code ?? '');
  }
}
