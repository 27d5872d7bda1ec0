import { isFinishedState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';

/**
 * How long the attempt that ended a job worked, from its claim to the end; null as long as it has not
 * ended, or where nobody ever worked on it.
 */
export function workedMilliseconds({ timings, attempt }: WireJob): number | null {
  const end = timings.at(-1);
  if (end === undefined || !isFinishedState(end.state)) return null;
  const claim = timings.findLast(
    (each) => each.state === 'DOWNLOADING' && each.attempt === attempt,
  );
  return claim === undefined ? null : Date.parse(end.at) - Date.parse(claim.at);
}
