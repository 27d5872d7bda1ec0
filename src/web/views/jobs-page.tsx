import { useEffect, useRef, useState } from 'preact/hooks';
import { JOB_STATES, type JobState } from '../../core/job-states.ts';
import { putInUrl } from '../filter.ts';
import { isTyping } from '../is-typing.ts';
import type { Filter } from '../job-list.ts';
import { jobs, stats } from '../jobs.ts';
import { Icon } from '../parts/icon.tsx';
import { JobRows } from '../parts/job-rows.tsx';
import { STATE_WORDS } from '../parts/state-badge.tsx';
import { may } from '../session.ts';

const TYPING_MS = 250;

export function JobsPage({ onSubmit }: { onSubmit: () => void }) {
  return (
    <>
      <h1 class="unseen">Jobs</h1>
      <FilterBar />
      <JobRows />
      <Foot onSubmit={onSubmit} />
    </>
  );
}

function show(filter: Filter): void {
  putInUrl(filter);
  void jobs.show(filter);
}

function FilterBar() {
  const { state, q } = jobs.filter.value;
  const [text, setText] = useState(q);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (q !== text.trim()) setText(q);
  }, [q]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === jobs.filter.peek().q) return undefined;
    const timer = setTimeout(() => show({ ...jobs.filter.peek(), q: wanted }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || isTyping(event)) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <search class="filter">
      <div class="field">
        <Icon name="search" />
        <input
          ref={field}
          type="search"
          placeholder="Search names, paths, ids, metadata"
          aria-label="Search jobs"
          aria-keyshortcuts="/"
          maxLength={200}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <div class="chips" role="group" aria-label="State">
        <Chip state={undefined} chosen={state} />
        {JOB_STATES.map((each) => (
          <Chip key={each} state={each} chosen={state} />
        ))}
      </div>
    </search>
  );
}

function Chip({ state, chosen }: { state: JobState | undefined; chosen: JobState | undefined }) {
  const count = state === undefined ? undefined : stats.value?.jobs[state];
  return (
    <button
      type="button"
      class={`chip ${state ?? ''}`}
      aria-pressed={state === chosen}
      onClick={() => show({ ...jobs.filter.peek(), state })}
    >
      {state !== undefined && <span class="dot" aria-hidden="true" />}
      {state === undefined ? 'All' : STATE_WORDS[state]}
      {count !== undefined && count > 0 && <span class="count">{count}</span>}
    </button>
  );
}

/** What is below the last row: that there is more, that there is nothing, or what went wrong. */
function Foot({ onSubmit }: { onSubmit: () => void }) {
  const status = jobs.status.value;
  const isEmpty = jobs.ids.value.length === 0;
  if (typeof status === 'object') {
    return (
      <div class="foot" role="alert">
        <p class="trouble">{status.failed}</p>
        <button type="button" class="button" onClick={() => void jobs.reload()}>
          Try again
        </button>
      </div>
    );
  }
  if (status === 'loading') {
    return (
      <p class="foot quiet" role="status">
        {isEmpty ? 'Reading jobs …' : 'Reading more …'}
      </p>
    );
  }
  if (jobs.hasMore.value) {
    return (
      <div class="foot">
        <button type="button" class="button" onClick={() => void jobs.more()}>
          {isEmpty ? 'None so far. Look through older jobs' : 'Show older jobs'}
        </button>
      </div>
    );
  }
  if (!isEmpty) return <p class="foot quiet">{`${jobs.ids.value.length} jobs: these are all`}</p>;
  const { state, q } = jobs.filter.value;
  return state === undefined && q === '' ? <NoJobs onSubmit={onSubmit} /> : <NoneFound />;
}

function NoneFound() {
  return (
    <div class="empty" role="status">
      <h2>No such job</h2>
      <p>No job is in this state and has all these words in its id, paths or metadata.</p>
      <button type="button" class="button" onClick={() => show({ state: undefined, q: '' })}>
        Show all jobs
      </button>
    </div>
  );
}

function NoJobs({ onSubmit }: { onSubmit: () => void }) {
  const curl = `curl ${location.origin}/jobs -H 'Content-Type: application/json' -d '{
  "source_path": "file:///srv/media/in.mov",
  "dest_path": "file:///srv/media/out.mp4",
  "job_options": {"options": "h264_web"}
}'`;
  return (
    <div class="empty">
      <h2>No job yet</h2>
      <p>Jobs appear here as soon as they are submitted, from an application or by hand:</p>
      <pre class="code">{curl}</pre>
      {may('submit') && (
        <button type="button" class="button primary" onClick={onSubmit}>
          <Icon name="plus" />
          Submit the first job
        </button>
      )}
    </div>
  );
}
