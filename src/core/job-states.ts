/** Every state a job can be in, in the order a good job passes through them. */
export const JOB_STATES = [
  'PENDING',
  'DOWNLOADING',
  'ENCODING',
  'UPLOADING',
  'FINISHED',
  'ERROR',
  'ABANDONED',
  'CANCELLED',
] as const;

export type JobState = (typeof JOB_STATES)[number];

/** States that nothing leaves, except an explicit retry. */
export const FINISHED_STATES = ['FINISHED', 'ERROR', 'ABANDONED', 'CANCELLED'] as const;

/** States in which a node holds the job under a lease. */
export const WORKING_STATES = ['DOWNLOADING', 'ENCODING', 'UPLOADING'] as const;

export type WorkingState = (typeof WORKING_STATES)[number];

/** From which state which states may follow. Whoever changes a job's state asks this table. */
export const NEXT_STATES: Readonly<Record<JobState, readonly JobState[]>> = {
  PENDING: ['DOWNLOADING', 'ERROR', 'ABANDONED', 'CANCELLED'],
  // FINISHED at once: an earlier attempt has published the output, and died before it could say so.
  DOWNLOADING: ['ENCODING', 'FINISHED', 'PENDING', 'ERROR', 'ABANDONED', 'CANCELLED'],
  ENCODING: ['UPLOADING', 'PENDING', 'ERROR', 'ABANDONED', 'CANCELLED'],
  UPLOADING: ['FINISHED', 'PENDING', 'ERROR', 'ABANDONED', 'CANCELLED'],
  FINISHED: [],
  ERROR: ['PENDING'],
  ABANDONED: ['PENDING'],
  CANCELLED: ['PENDING'],
};

export function isFinishedState(state: JobState): boolean {
  return (FINISHED_STATES as readonly JobState[]).includes(state);
}

export function isWorkingState(state: JobState): state is WorkingState {
  return (WORKING_STATES as readonly JobState[]).includes(state);
}
