import { formatElapsed } from '../../core/format-figures.ts';
import { isFinishedState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';
import { now } from '../now.ts';
import { attemptsOf, spanOf, type AttemptTimes } from '../timeline.ts';
import { STATE_WORDS } from './state-badge.tsx';
import { meaningOf } from './trouble.tsx';

/** Every attempt with its times, all on one scale. */
export function Attempts({ job }: { job: WireJob }) {
  const isOver = isFinishedState(job.job_state);
  const attempts = attemptsOf(job, isOver ? 0 : now.value);
  if (attempts.length === 0) return null;
  const span = spanOf(attempts);
  const failures = job.failures > 0 ? `, ${job.failures} failed` : '';
  return (
    <section>
      <h2>
        Attempts
        <span class="quiet">
          {' '}
          {formatElapsed(span.to - span.from)} in all{failures}
        </span>
      </h2>
      <ol class="attempts">
        {attempts.map((each, index) => (
          <Attempt key={index.toString()} times={each} span={span} />
        ))}
      </ol>
    </section>
  );
}

interface AttemptProps {
  readonly times: AttemptTimes;
  readonly span: { readonly from: number; readonly to: number };
}

function Attempt({ times, span }: AttemptProps) {
  const { attempt, nodeId, segments, outcome } = times;
  const length = span.to - span.from;
  const percent = (milliseconds: number) => `${(milliseconds / length) * 100}%`;
  return (
    <li>
      <div class="attempt-title">
        <b>{attempt === 0 ? 'Never taken' : `Attempt ${attempt}`}</b>
        {nodeId !== null && <span class="quiet">{nodeId}</span>}
      </div>
      <div class="track" aria-hidden="true">
        {segments.map(({ state, from, to }) => (
          <span
            key={from.toString()}
            class={`segment ${state}`}
            style={{ left: percent(from - span.from), width: percent(to - from) }}
            title={`${STATE_WORDS[state]} ${formatElapsed(to - from)}`}
          />
        ))}
      </div>
      <ul class="times">
        {segments.map(({ state, from, to }) => (
          <li key={from.toString()} class={state}>
            <span class="dot" aria-hidden="true" />
            {state === 'PENDING' ? 'Waiting' : STATE_WORDS[state]} {formatElapsed(to - from)}
          </li>
        ))}
        {outcome !== null && (
          <li class={outcome.state}>
            <span class="dot" aria-hidden="true" />
            {outcome.state === 'PENDING' ? 'Given back' : STATE_WORDS[outcome.state]}
          </li>
        )}
      </ul>
      {outcome !== null && outcome.errorCode !== null && (
        <p class="quiet outcome-words">
          <code>{outcome.errorCode}</code> {outcome.details ?? meaningOf(outcome.errorCode)}
        </p>
      )}
    </li>
  );
}
