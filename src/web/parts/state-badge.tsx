import type { JobState } from '../../core/job-states.ts';

/** What people call a state. */
export const STATE_WORDS: Readonly<Record<JobState, string>> = {
  PENDING: 'Pending',
  DOWNLOADING: 'Downloading',
  ENCODING: 'Encoding',
  UPLOADING: 'Uploading',
  FINISHED: 'Finished',
  ERROR: 'Error',
  ABANDONED: 'Abandoned',
  CANCELLED: 'Cancelled',
};

export function StateBadge({
  state,
  isStopping = false,
}: {
  state: JobState;
  isStopping?: boolean;
}) {
  return (
    <span class={`badge ${state}`}>
      <span class="dot" aria-hidden="true" />
      {isStopping ? 'Stopping' : STATE_WORDS[state]}
    </span>
  );
}
