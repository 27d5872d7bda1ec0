import type { Settings } from '../../conf/settings.ts';
import { hasLiveLease, isFinished, type EncodingJob } from '../../core/job.ts';
import { isWorkingState } from '../../core/job-states.ts';
import { formatElapsed, plural } from '../../core/format-figures.ts';
import { problem, subjectOf, warning, type Finding } from './finding.ts';
import { judgeNotifications } from './judge-notifications.ts';
import { judgeTimings } from './judge-timings.ts';

export type JudgeSettings = Pick<Settings, 'leaseSeconds' | 'reconcileSeconds' | 'jobMaxAttempts'>;

/** What feederd makes good is made good by then, unless it does not run. */
const MADE_GOOD_MS = 15_000;
const IS_FEEDERD_UP =
  'feederd sees to that within seconds: does it run, and reach store and queue?';

/** What is wrong with a job, as far as the job itself tells. */
export function judgeJob(job: EncodingJob, settings: JudgeSettings, now: number): Finding[] {
  return [
    ...judgeHold(job, settings, now),
    ...judgeEnd(job),
    ...judgeTries(job, settings),
    ...judgeTimings(job),
    ...judgeNotifications(job, now),
  ];
}

/** Whether somebody works on an unfinished job, or will. */
function judgeHold(
  job: EncodingJob,
  { leaseSeconds, reconcileSeconds }: JudgeSettings,
  now: number,
): readonly Finding[] {
  const subject = subjectOf(job);
  const { jobState, lease } = job;
  const patienceMs = MADE_GOOD_MS + 3 * reconcileSeconds * 1000;
  if (jobState === 'PENDING') {
    const waitedMs = now - Math.max(job.modifiedAt, job.notBefore ?? 0);
    if (lease !== null)
      return [problem('lease', subject, `waits, though node ${lease.nodeId} has it`)];
    if (job.queued || waitedMs < patienceMs) return [];
    const found = `was accepted, and has not been put into the queue for ${formatElapsed(waitedMs)}`;
    return [problem('unqueued', subject, found, IS_FEEDERD_UP)];
  }
  if (!isWorkingState(jobState)) return [];
  if (lease === null) return [problem('lease', subject, `is ${jobState}, and no node has it`)];
  const lateMs = now - lease.until;
  // Two leases: once by the node's clock, and once more by feederd's.
  if (hasLiveLease(job, now) || lateMs < leaseSeconds * 2000 + patienceMs) return [];
  const found = `is ${jobState}, and node ${lease.nodeId} has not been heard of for ${formatElapsed(lateMs)}`;
  return [problem('lease', subject, found, IS_FEEDERD_UP)];
}

/** Whether an ended job says how it ended. */
function judgeEnd(job: EncodingJob): readonly Finding[] {
  const subject = subjectOf(job);
  const { jobState, lease, result, jobStateDetails } = job;
  const findings: Finding[] = [];
  if (isFinished(job) && lease !== null) {
    findings.push(
      problem('lease', subject, `is ${jobState}, and node ${lease.nodeId} still has it`),
    );
  }
  if (jobState === 'FINISHED' && (result?.outputs.length ?? 0) === 0) {
    findings.push(problem('end', subject, 'is FINISHED, and tells of no output'));
  }
  if (jobState === 'ERROR' && (jobStateDetails ?? '') === '') {
    findings.push(problem('end', subject, 'is ERROR, and does not say why'));
  }
  return findings;
}

function judgeTries(job: EncodingJob, { jobMaxAttempts }: JudgeSettings): readonly Finding[] {
  const subject = subjectOf(job);
  const { failures, attempt } = job;
  if (failures > attempt) {
    return [
      problem(
        'tries',
        subject,
        `has failed ${plural(failures, 'time')} in ${plural(attempt, 'attempt')}`,
      ),
    ];
  }
  if (failures <= jobMaxAttempts) return [];
  const found = `has failed ${plural(failures, 'time')}, and JOB_MAX_ATTEMPTS is ${jobMaxAttempts}`;
  return [
    warning('tries', subject, found, 'That is all right if JOB_MAX_ATTEMPTS was larger once.'),
  ];
}
