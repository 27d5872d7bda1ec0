import { NEXT_STATES } from '../../core/job-states.ts';
import type { EncodingJob, StateTiming } from '../../core/job.ts';
import { formatElapsed, plural } from '../../core/format-figures.ts';
import { problem, subjectOf, warning, type Finding } from './finding.ts';

/** Machines' clocks are so far apart where nobody has set them by the network. */
const CLOCK_SKEW_MS = 5000;

/** Whether a job has gone from state to state as jobs may. Of a long life the beginning is not kept. */
export function judgeTimings(job: EncodingJob): readonly Finding[] {
  const subject = subjectOf(job);
  const { timings, jobState, version } = job;
  const findings: Finding[] = [];
  const wrong = (found: string) => findings.push(problem('states', subject, found));

  for (const [index, timing] of timings.entries()) {
    const before = timings[index - 1];
    if (before === undefined) continue;
    if (!NEXT_STATES[before.state].includes(timing.state)) {
      wrong(`has gone from ${before.state} to ${timing.state}, which no job may`);
    }
    const step = timing.attempt - before.attempt;
    if (step !== (timing.state === 'DOWNLOADING' ? 1 : 0)) {
      wrong(`was ${timing.state} in attempt ${timing.attempt}, after attempt ${before.attempt}`);
    }
  }
  const last = timings.at(-1);
  if (last?.state !== jobState) wrong(`is ${jobState}, and the last state noted is ${last?.state}`);
  if (version < timings.length) {
    wrong(
      `has been in ${plural(timings.length, 'state')}, and was changed ${plural(version - 1, 'time')} only`,
    );
  }
  const backMs = furthestBack(timings);
  if (backMs > CLOCK_SKEW_MS) {
    const found = `the clocks of those who worked on it are ${formatElapsed(backMs)} apart`;
    findings.push(warning('clocks', subject, found, 'Have them set by NTP.'));
  }
  return findings;
}

function furthestBack(timings: readonly StateTiming[]): number {
  const steps = timings.map(({ at }, index) => (timings[index - 1]?.at ?? at) - at);
  return Math.max(0, ...steps);
}
