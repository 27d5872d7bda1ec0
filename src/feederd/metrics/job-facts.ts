import { ERROR_CODES } from '../../core/errors.ts';
import type { EncodingJob, StateTiming } from '../../core/job.ts';
import { isFinishedState, type JobState } from '../../core/job-states.ts';

export type RetryReason = 'failure' | 'handover' | 'operator';
export type Phase = 'wait' | 'download' | 'encode' | 'upload' | 'total';

/** What has happened to a job since it was looked at. */
export interface JobFacts {
  readonly isNew: boolean;
  readonly endedAs: readonly JobState[];
  readonly attempts: number;
  /** Error codes, one for each failure. */
  readonly failures: readonly string[];
  readonly retries: readonly RetryReason[];
  readonly seconds: readonly PhaseTook[];
}

export type PhaseTook = readonly [phase: Phase, seconds: number];

const PHASES: readonly (readonly [Phase, from: JobState, to: JobState])[] = [
  ['download', 'DOWNLOADING', 'ENCODING'],
  ['encode', 'ENCODING', 'UPLOADING'],
  ['upload', 'UPLOADING', 'FINISHED'],
];

/**
 * Reads off a job what has happened to it: also what came between two versions of it, for a reader does
 * not see every one.
 * @param last the latest state that was looked at; undefined for a job that is new here
 * @param since of a job that is new here, what happened before this time is not told
 */
export function jobFacts(job: EncodingJob, last: StateTiming | undefined, since: number): JobFacts {
  const { timings } = job;
  const first = firstNew(timings, last, since);
  const fresh = timings.slice(first).map((timing, index) => {
    return { ...timing, previous: timings[first + index - 1] };
  });
  return {
    isNew: fresh.some(({ state, attempt, previous }) => {
      return state === 'PENDING' && attempt === 0 && previous === undefined;
    }),
    endedAs: fresh.map(({ state }) => state).filter(isFinishedState),
    attempts: fresh.filter(({ state }) => state === 'DOWNLOADING').length,
    failures: fresh.flatMap(({ errorCode }) =>
      errorCode === undefined ? [] : [ourOwn(errorCode)],
    ),
    retries: fresh.flatMap((timing) => reasonOf(timing, timing.previous) ?? []),
    seconds: fresh.flatMap((timing) => durations(timing, timing.previous, job)),
  };
}

/** Of very many states only the latest are kept; then all of them are new. */
function firstNew(
  timings: readonly StateTiming[],
  last: StateTiming | undefined,
  since: number,
): number {
  if (last !== undefined) return timings.findLastIndex((each) => isSame(each, last)) + 1;
  const index = timings.findIndex(({ at }) => at >= since);
  return index === -1 ? timings.length : index;
}

function isSame(a: StateTiming, b: StateTiming): boolean {
  return a.state === b.state && a.attempt === b.attempt && a.at === b.at;
}

function reasonOf(
  { state, errorCode }: StateTiming,
  previous: StateTiming | undefined,
): RetryReason | undefined {
  if (state !== 'PENDING' || previous === undefined) return undefined;
  if (errorCode !== undefined) return 'failure';
  return isFinishedState(previous.state) ? 'operator' : 'handover';
}

function durations(
  { state, at, attempt }: StateTiming,
  previous: StateTiming | undefined,
  { createdAt }: EncodingJob,
): readonly PhaseTook[] {
  // Clocks of machines differ.
  const took = (phase: Phase, from: number): PhaseTook => [phase, Math.max(at - from, 0) / 1000];
  const found: PhaseTook[] = [];
  if (previous !== undefined) {
    for (const [phase, from, to] of PHASES) {
      if (previous.state === from && state === to) found.push(took(phase, previous.at));
    }
    if (state === 'DOWNLOADING' && attempt === 1) found.push(took('wait', previous.at));
  }
  if (state === 'FINISHED') found.push(took('total', createdAt));
  return found;
}

/** A nommer of somebody's own may fail with any code: as a label it would be one more series each. */
function ourOwn(code: string): string {
  return Object.hasOwn(ERROR_CODES, code) ? code : 'OTHER';
}
