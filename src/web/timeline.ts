import { isFinishedState, isWorkingState, type JobState } from '../core/job-states.ts';
import type { WireJob } from '../core/job-wire.ts';

/** Some time that a job was in one state. Milliseconds since the epoch. */
export interface Segment {
  readonly state: JobState;
  readonly from: number;
  readonly to: number;
}

/** One try of a job, with the wait before it. */
export interface AttemptTimes {
  readonly attempt: number;
  readonly nodeId: string | null;
  readonly segments: readonly Segment[];
  /** What it came to; null while it goes on. */
  readonly outcome: AttemptOutcome | null;
}

export interface AttemptOutcome {
  readonly state: JobState;
  readonly errorCode: string | null;
  readonly details: string | null;
}

/** A job's attempts, the first one first; one that only waits yet is the last. */
export function attemptsOf(job: Pick<WireJob, 'timings'>, now: number): readonly AttemptTimes[] {
  const attempts: AttemptTimes[] = [];
  let segments: Segment[] = [];
  let nodeId: string | null = null;
  let lastAttempt = 0;
  for (const [index, timing] of job.timings.entries()) {
    const { state, at, attempt, node_id: node, error_code: code, details } = timing;
    const isWorking = isWorkingState(state);
    if (!isWorking && segments.some((each) => isWorkingState(each.state))) {
      const outcome = { state, errorCode: code ?? null, details: details ?? null };
      attempts.push({ attempt: lastAttempt, nodeId, segments, outcome });
      segments = [];
      nodeId = null;
    } else if (isFinishedState(state)) {
      // Ended without ever being taken.
      const outcome = { state, errorCode: code ?? null, details: details ?? null };
      attempts.push({ attempt, nodeId: null, segments, outcome });
      segments = [];
    }
    if (isFinishedState(state)) continue;
    const next = job.timings[index + 1];
    const to = next === undefined ? Math.max(now, Date.parse(at)) : Date.parse(next.at);
    segments.push({ state, from: Date.parse(at), to });
    if (isWorking) {
      nodeId = node ?? nodeId;
      lastAttempt = attempt;
    }
  }
  if (segments.length === 0) return attempts;
  const isTaken = segments.some(({ state }) => isWorkingState(state));
  const attempt = isTaken ? lastAttempt : lastAttempt + 1;
  return [...attempts, { attempt, nodeId, segments, outcome: null }];
}

/** From the first to the last moment of all of them. */
export function spanOf(attempts: readonly AttemptTimes[]): { from: number; to: number } {
  const all = attempts.flatMap(({ segments }) => segments);
  const from = Math.min(...all.map((each) => each.from));
  return { from, to: Math.max(...all.map((each) => each.to), from + 1) };
}
