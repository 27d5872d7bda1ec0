import type { WireJob } from '../../core/job-wire.ts';
import { percentOf, progressFigures } from '../../core/progress-figures.ts';
import { isWorkingState } from '../../core/job-states.ts';
import { STATE_WORDS } from './state-badge.tsx';

/** How far a job is: a bar, and in figures. Without a percentage it only shows that something happens. */
export function ProgressBar({ job, label }: { job: WireJob; label: string }) {
  const { job_state: state, progress } = job;
  if (!isWorkingState(state)) return null;
  const percent = progress === null ? null : percentOf(progress);
  const figures = progressFigures(job);
  const { percent: share, amount, fps, speed, pass, eta } = figures;
  const shown = [share ?? amount, pass, fps, speed, eta].filter((each) => each !== undefined);
  return (
    <div class="progress">
      <div
        class={`bar ${state} ${percent === null ? 'unknown' : ''}`}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent === null ? undefined : Math.floor(percent)}
        aria-valuetext={[STATE_WORDS[state], ...shown].join(', ')}
      >
        <span style={{ transform: `scaleX(${(percent ?? 100) / 100})` }} />
      </div>
      <div class="figures">
        {shown.map((figure) => (
          <span key={figure}>{figure}</span>
        ))}
      </div>
    </div>
  );
}
