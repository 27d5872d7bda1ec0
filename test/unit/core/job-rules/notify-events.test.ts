import { describe, expect, it } from 'vitest';
import type { EncodingJob } from '../../../../src/core/job.ts';
import { claim } from '../../../../src/core/job-rules/claim.ts';
import { advance, finish, handOver, renew } from '../../../../src/core/job-rules/hold.ts';
import { recordDelivery } from '../../../../src/core/job-rules/notifications.ts';
import type { Ruling } from '../../../../src/core/job-rules/ruling.ts';
import type { NotifyEvent } from '../../../../src/core/notification.ts';
import { makeJob, NOW } from '../../../doubles/make-job.ts';

const leaseMs = 30_000;
const retryPolicy = { maxFailures: 3, backOffMs: 1, maxBackOffMs: 1 };
const report = { log: '', translated: [] };
const held = { nodeId: 'n', attempt: 1 };
const failedTry = { delivered: false, error: 'refused' } as const;
const unknown = { fps: null, speed: null, outSeconds: null, etaSeconds: null, bytes: null };

/** A job that node n has begun to download. */
function begun(...events: NotifyEvent[]): EncodingJob {
  const job = makeJob({ notify: { url: 'http://app/', events, secret: null } });
  return allowed(claim(job, { nodeId: 'n', leaseMs, retryPolicy }, NOW));
}

function allowed(ruling: Ruling): EncodingJob {
  expect(ruling.allowed).toBe(true);
  return ruling.job;
}

function onward(job: EncodingJob, state: 'ENCODING' | 'UPLOADING'): EncodingJob {
  return allowed(advance(job, held, { state, leaseMs, report }, NOW));
}

function renewed(job: EncodingJob, percent: number, now: number): EncodingJob {
  const progress = { ...unknown, percent, pass: 1, passes: 1, totalBytes: null };
  return allowed(renew(job, held, { leaseMs, progress, report }, now));
}

function done(job: EncodingJob): EncodingJob {
  const result = { source: null, outputs: [] };
  return allowed(
    finish(onward(onward(job, 'ENCODING'), 'UPLOADING'), held, { result, report }, NOW),
  );
}

function told(job: EncodingJob): readonly string[] {
  return job.undelivered.map(({ event, jobState }) => `${event} ${jobState}`);
}

describe('a receiver', () => {
  it.each<[NotifyEvent[], string[]]>([
    [['finished'], ['finished FINISHED']],
    [['state'], ['state DOWNLOADING', 'state ENCODING', 'state UPLOADING', 'state FINISHED']],
    [
      ['state', 'finished'],
      ['state DOWNLOADING', 'state ENCODING', 'state UPLOADING', 'finished FINISHED'],
    ],
    [['progress'], []],
  ])('of %j hears what it asked for, the end once', (events, expected) => {
    const job = done(begun(...events));
    expect(told(job)).toStrictEqual(expected);
    expect(job.undelivered.map(({ sequence }) => sequence)).toStrictEqual(
      expected.map((_, index) => index + 1),
    );
  });

  it('of states hears that a job goes back', () => {
    const job = allowed(handOver(begun('state'), held, 'leaving', NOW));
    expect(told(job)).toStrictEqual(['state DOWNLOADING', 'state PENDING']);
  });
});

describe('progress', () => {
  it('is told once at a time, of the latest', () => {
    let job = renewed(begun('progress'), 10, NOW + 1000);
    job = renewed(job, 20, NOW + 2000);
    expect(job.undelivered).toMatchObject([{ sequence: 1, createdAt: NOW + 2000 }]);
  });

  it('is told again 5 s after the last time, and leaves no trail in the job', () => {
    let job = begun('progress');
    let now = NOW;
    for (let second = 0; second < 60; second += 1) {
      now += 1000;
      job = renewed(job, second, now);
      for (const { id } of job.undelivered) {
        job = recordDelivery(job, id, { delivered: true, status: 200 }, now).job;
      }
    }
    expect(job.notificationCount).toBe(12);
    expect(job.deliveries).toMatchObject([{ sequence: 12, event: 'progress' }]);
  });

  it('is tried again only while the job is in the same state', () => {
    let job = renewed(begun('progress', 'finished'), 10, NOW);
    job = recordDelivery(job, 'job-1_1', failedTry, NOW).job;
    expect(told(job)).toStrictEqual(['progress DOWNLOADING']);
    job = done(job);
    expect(told(job)).toStrictEqual(['finished FINISHED']);
    expect(job.deliveries).toMatchObject([{ id: 'job-1_1', outcome: 'given-up', tries: 1 }]);
  });

  it('that was under way when the state changed has had its only try', () => {
    let job = done(renewed(begun('progress', 'finished'), 10, NOW));
    expect(told(job)).toStrictEqual(['progress DOWNLOADING', 'finished FINISHED']);
    job = recordDelivery(job, 'job-1_1', failedTry, NOW).job;
    expect(told(job)).toStrictEqual(['finished FINISHED']);
  });
});
