import { formatAge, formatElapsed } from '../../core/format-figures.ts';
import { isWorkingState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';
import { fileName, recipeOf } from '../job-names.ts';
import { act, actionFor, jobs } from '../jobs.ts';
import { now } from '../now.ts';
import { hrefOf } from '../route.ts';
import { may } from '../session.ts';
import { ProgressBar } from './progress-bar.tsx';
import { StateBadge } from './state-badge.tsx';
import { Thumbnail } from './thumbnail.tsx';

/** One job in the list. Painted anew when that job changes, and no other. */
export function JobRow({ uniqueId }: { uniqueId: string }) {
  const job = jobs.job(uniqueId)?.value;
  if (job === undefined) return null;
  const name = fileName(job.dest_path);
  const action = may('control') ? actionFor(job) : null;
  return (
    <>
      <Thumbnail job={job} />
      <div class="what">
        <a class="name" href={hrefOf({ page: 'job', uniqueId })}>
          {name}
        </a>
        <span class="from">
          {fileName(job.source_path)} <span class="recipe">{recipeOf(job)}</span>
        </span>
      </div>
      <StateBadge state={job.job_state} isStopping={isStopping(job)} />
      <div class="how-far">
        {isWorkingState(job.job_state) ? (
          <ProgressBar job={job} label={`Progress of ${name}`} />
        ) : (
          <span class={`outcome ${job.job_state}`}>{outcomeOf(job)}</span>
        )}
      </div>
      <time
        class="age"
        dateTime={job.creation_dtime}
        title={new Date(job.creation_dtime).toLocaleString()}
      >
        {formatAge(job.creation_dtime, now.value)}
      </time>
      <span class="act">
        {action !== null && (
          <button
            type="button"
            class="quiet-button"
            aria-label={`${action === 'cancel' ? 'Cancel' : 'Retry'} ${name}`}
            onClick={() => void act(action, job)}
          >
            {action === 'cancel' ? 'Cancel' : 'Retry'}
          </button>
        )}
      </span>
    </>
  );
}

function isStopping({ cancel_requested: asked, job_state: state }: WireJob): boolean {
  return asked && isWorkingState(state);
}

function outcomeOf({
  job_state: state,
  job_state_details: details,
  timings,
  result,
}: WireJob): string {
  if (state === 'FINISHED') {
    const took = tookOf(timings);
    const [output] = result?.outputs ?? [];
    const size = output?.video ? `${output.video.width} × ${output.video.height}` : '';
    return [took === null ? '' : `in ${formatElapsed(took)}`, size].filter(Boolean).join(' · ');
  }
  return state === 'CANCELLED' ? '' : (details ?? '');
}

function tookOf(timings: WireJob['timings']): number | null {
  const end = timings.at(-1);
  const start = timings.findLast(({ state }) => state === 'DOWNLOADING');
  return end && start ? Date.parse(end.at) - Date.parse(start.at) : null;
}
