import { describe, expect, it } from 'vitest';
import { judgeJob } from '../../../../src/cli/audit/judge-job.ts';
import type { EncodingJob } from '../../../../src/core/job.ts';
import { claim } from '../../../../src/core/job-rules/claim.ts';
import { retryPolicyOf } from '../../../../src/core/job-rules/fail.ts';
import { advance, finish } from '../../../../src/core/job-rules/hold.ts';
import { cancel, retry } from '../../../../src/core/job-rules/operate.ts';
import type { JobRule } from '../../../../src/core/job-rules/ruling.ts';
import { makeJob, NOW } from '../../../doubles/make-job.ts';
import { makeNotification } from '../../../doubles/make-notification.ts';

const settings = { leaseSeconds: 30, reconcileSeconds: 2, jobMaxAttempts: 3 };
const retryPolicy = retryPolicyOf({ jobMaxAttempts: 3, jobRetryBackOffSeconds: 5 });
const claimRequest = { nodeId: 'n', leaseMs: 30_000, retryPolicy };
const report = { log: '', translated: [] };
const HOUR = 3_600_000;

function after(job: EncodingJob, ...rules: JobRule[]): EncodingJob {
  return rules.reduce((before, rule, step) => {
    const ruling = rule(before, NOW + 1000 * (step + 1));
    if (!ruling.allowed) throw new Error(`step ${step} is refused: ${ruling.refusal}`);
    return ruling.job;
  }, job);
}

const take: JobRule = (job, now) => claim(job, claimRequest, now);
const goOn =
  (state: 'ENCODING' | 'UPLOADING'): JobRule =>
  (job, now) =>
    advance(job, { nodeId: 'n', attempt: job.attempt }, { state, leaseMs: 30_000, report }, now);
const end: JobRule = (job, now) => {
  const facts = { format: null, duration: null, bitRate: null, video: null, audio: null };
  const result = { source: null, outputs: [{ uri: job.destPath, size: 5, ...facts }] };
  return finish(job, { nodeId: 'n', attempt: job.attempt }, { result, report }, now);
};
const good = after(makeJob(), take, goOn('ENCODING'), goOn('UPLOADING'), end);

describe('finds nothing wrong with', () => {
  const jobs: [what: string, job: EncodingJob, now: number][] = [
    ['a job just submitted', makeJob(), NOW + 1000],
    ['one that is worked on', after(makeJob(), take), NOW + 20_000],
    ['one whose lease has just run out', after(makeJob(), take), NOW + 50_000],
    [
      'one that was taken from a dead node',
      after(makeJob(), take, (job, now) => take(job, now + 60_000)),
      NOW + 70_000,
    ],
    ['one that has ended long ago', good, NOW + HOUR],
    ['one that was cancelled and tried again', after(makeJob(), cancel, retry), NOW + 3000],
    ['one that waits for its next try', makeJob({ notBefore: NOW + HOUR }), NOW + HOUR],
    [
      'a long life, of which the beginning is cut off',
      { ...good, timings: good.timings.slice(1) },
      NOW,
    ],
  ];
  it.each(jobs)('%s', (_what, job, now) => {
    expect(judgeJob(job, settings, now)).toEqual([]);
  });
});

describe('tells what is wrong with', () => {
  const lease = { nodeId: 'n', until: NOW };
  const delivered = { ...makeNotification(), outcome: 'delivered', at: NOW } as const;
  const jobs: [what: string, job: EncodingJob, check: string, found: RegExp][] = [
    ['a job nobody queued', makeJob(), 'unqueued', /not been put into the queue for 60 min|1 h/],
    [
      'one whose node is gone, and nobody cares',
      after(makeJob(), take),
      'lease',
      /node n has not been heard of/,
    ],
    [
      'one that waits and is held',
      makeJob({ queued: true, lease }),
      'lease',
      /waits, though node n/,
    ],
    [
      'one in work that nobody holds',
      { ...after(makeJob(), take), lease: null },
      'lease',
      /no node has it/,
    ],
    ['an ended one that is held', { ...good, lease }, 'lease', /still has it/],
    ['an end without output', { ...good, result: null }, 'end', /tells of no output/],
    ['too many tries', { ...good, failures: 9, attempt: 9 }, 'tries', /JOB_MAX_ATTEMPTS is 3/],
    ['more failures than attempts', { ...good, failures: 2 }, 'tries', /2 times in 1 attempt$/],
    [
      'two results',
      { ...good, version: 9, timings: [...good.timings, ...good.timings.slice(-1)] },
      'states',
      /from FINISHED to FINISHED/,
    ],
    [
      'a claim that skips a number',
      { ...good, timings: good.timings.map((each) => ({ ...each, attempt: each.attempt * 2 })) },
      'states',
      /attempt 2, after attempt 0/,
    ],
    [
      'a state without its note',
      { ...good, timings: good.timings.slice(0, -1) },
      'states',
      /is FINISHED, and the last state noted is UPLOADING/,
    ],
    ['fewer changes than states', { ...good, version: 2 }, 'states', /changed 1 time only/],
    [
      'clocks apart',
      {
        ...good,
        timings: good.timings.map((each, index) => ({ ...each, at: each.at - index * 60_000 })),
      },
      'clocks',
      /59\.0 s apart/,
    ],
    [
      'a lost notification',
      { ...good, notificationCount: 2, deliveries: [delivered] },
      'notifications',
      /lost notification 2 of 2/,
    ],
    [
      'a notification twice',
      { ...good, notificationCount: 1, deliveries: [delivered, delivered] },
      'notifications',
      /two notifications of the same number/,
    ],
    [
      'a notification beyond the count',
      { ...good, deliveries: [delivered] },
      'notifications',
      /number 1, though there were 0/,
    ],
    [
      'one that is late',
      { ...good, notificationCount: 1, undelivered: [makeNotification()] },
      'notifications',
      /notification 1 is .* late/,
    ],
  ];
  it.each(jobs)('%s', (_what, job, check, found) => {
    const findings = judgeJob(job, settings, NOW + HOUR);
    expect(findings).toMatchObject([{ check, subject: 'job job-1' }]);
    expect(findings[0]?.found).toMatch(found);
  });
});
