import { dueNotifications } from '../../core/job-rules/notifications.ts';
import type { EncodingJob } from '../../core/job.ts';
import { formatElapsed } from '../../core/format-figures.ts';
import { problem, subjectOf, warning, type Finding } from './finding.ts';

/** What waits for a receiver that does not answer is tried one after the other. */
const LATE_MS = 300_000;
/** So many of a job's past notifications are kept. */
const KEPT = 50;

/** Whether a job's notifications are numbered without gaps, and on their way. */
export function judgeNotifications(job: EncodingJob, now: number): readonly Finding[] {
  const subject = subjectOf(job);
  const { undelivered, deliveries, notificationCount: count } = job;
  const findings: Finding[] = [];
  const wrong = (found: string) => findings.push(problem('notifications', subject, found));

  const numbers = [...undelivered, ...deliveries].map(({ sequence }) => sequence);
  const known = new Set(numbers);
  if (known.size < numbers.length) wrong('has two notifications of the same number');
  const beyond = numbers.filter((number) => number < 1 || number > count);
  if (beyond.length > 0) {
    wrong(`has a notification of number ${beyond.join(', ')}, though there were ${count}`);
  }
  // Of many, and of those about progress, the earlier ones are not kept.
  const areAllKept = count <= KEPT && job.notify?.events.includes('progress') !== true;
  if (areAllKept && known.size < count) {
    const gaps = Array.from({ length: count }, (_, index) => index + 1).filter(
      (number) => !known.has(number),
    );
    wrong(`has lost notification ${gaps.join(', ')} of ${count}`);
  }
  const due = dueNotifications(job, now).find(({ nextTryAt }) => nextTryAt <= now - LATE_MS);
  if (due !== undefined) {
    const late = formatElapsed(now - due.nextTryAt);
    const advice =
      'feederd tries them: does it run? A receiver that answers late holds up its others.';
    findings.push(
      warning('notifications', subject, `notification ${due.sequence} is ${late} late`, advice),
    );
  }
  return findings;
}
