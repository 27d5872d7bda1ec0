import type { JobState } from '../../core/job-states.ts';
import type { Tone } from './paint.ts';

const TONES: Readonly<Record<JobState, Tone>> = {
  PENDING: 'faint',
  DOWNLOADING: 'active',
  ENCODING: 'active',
  UPLOADING: 'active',
  FINISHED: 'good',
  ERROR: 'bad',
  ABANDONED: 'bad',
  CANCELLED: 'warning',
};

export function jobStateTone(state: JobState): Tone {
  return TONES[state];
}
