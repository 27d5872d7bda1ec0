import { describe, expect, it } from 'vitest';
import { NommerError } from '../../../../src/core/errors.ts';
import type { EncodingJob } from '../../../../src/core/job.ts';
import { retryPolicyOf } from '../../../../src/core/job-rules/fail.ts';
import {
  advance,
  confirmCancel,
  fail,
  finish,
  handOver,
  renew,
} from '../../../../src/core/job-rules/hold.ts';
import { makeJob, NOW } from '../../../doubles/make-job.ts';

const MINE = { nodeId: 'a', attempt: 2 };
const report = { log: 'frame=1', translated: ['libfaac became aac'] };
const retryPolicy = retryPolicyOf({ jobMaxAttempts: 5, jobRetryBackOffSeconds: 5 });
const progress = {
  percent: 50,
  fps: 25,
  speed: 2,
  outSeconds: 5,
  etaSeconds: 2.5,
  pass: 1,
  passes: 1,
  bytes: null,
  totalBytes: null,
};
const result = { source: null, outputs: [] };
const crash = new NommerError('ENCODE_CRASHED', 'FFmpeg was killed');

function working(patch: Partial<EncodingJob> = {}): EncodingJob {
  const lease = { nodeId: 'a', until: NOW + 30_000 };
  return makeJob({ jobState: 'ENCODING', attempt: 2, version: 7, queued: true, lease, ...patch });
}

describe('renew', () => {
  it('moves the end of the lease and stores how far the work is', () => {
    const ruling = renew(working(), MINE, { leaseMs: 30_000, progress, report }, NOW + 5000);
    expect(ruling).toStrictEqual({
      allowed: true,
      job: working({
        ...report,
        progress,
        lease: { nodeId: 'a', until: NOW + 35_000 },
        version: 8,
        modifiedAt: NOW + 5000,
      }),
    });
  });
});

describe('advance', () => {
  it('enters the next state with a fresh lease and no progress', () => {
    const ruling = advance(
      working({ progress }),
      MINE,
      { state: 'UPLOADING', leaseMs: 30_000, report },
      NOW + 9,
    );
    expect(ruling).toMatchObject({
      allowed: true,
      job: {
        jobState: 'UPLOADING',
        progress: null,
        lease: { nodeId: 'a', until: NOW + 30_009 },
        log: 'frame=1',
      },
    });
  });

  it('has no way to a state that does not follow', () => {
    const step = { state: 'DOWNLOADING', leaseMs: 1, report } as const;
    expect(() => advance(working(), MINE, step, NOW)).toThrow(
      'no rule leads from ENCODING to DOWNLOADING (job job-1)',
    );
  });
});

describe('handOver', () => {
  it('gives the job back at once and counts no failure', () => {
    expect(handOver(working({ failures: 1 }), MINE, 'The node is leaving', NOW)).toMatchObject({
      allowed: true,
      job: {
        jobState: 'PENDING',
        jobStateDetails: 'The node is leaving',
        lease: null,
        failures: 1,
        notBefore: null,
      },
    });
  });

  it('ends the job instead when somebody wants it cancelled', () => {
    expect(handOver(working({ cancelRequested: true }), MINE, 'leaving', NOW).job.jobState).toBe(
      'CANCELLED',
    );
  });
});

describe('fail', () => {
  const failure = { error: crash, retryPolicy, report };

  it('tries again after a wait that doubles with each failure', () => {
    const waits = [0, 1, 2, 3].map((failures) => {
      const { job } = fail(working({ failures }), MINE, failure, NOW);
      expect(job).toMatchObject({ jobState: 'PENDING', failures: failures + 1, lease: null });
      return (job.notBefore ?? 0) - NOW;
    });
    expect(waits).toStrictEqual([5000, 10_000, 20_000, 40_000]);
  });

  it('waits five minutes at most', () => {
    const patient = retryPolicyOf({ jobMaxAttempts: 100, jobRetryBackOffSeconds: 5 });
    const { job } = fail(
      working({ failures: 50 }),
      MINE,
      { ...failure, retryPolicy: patient },
      NOW,
    );
    expect(job.notBefore).toBe(NOW + 300_000);
  });

  it.each([
    'SOURCE_UNREACHABLE',
    'DEST_UNREACHABLE',
    'DISK_FULL',
    'FFMPEG_MISSING',
    'BAD_SETTING',
  ] as const)('gives %s the time that it needs to pass: most of an hour', (code) => {
    const error = new NommerError(code, 'away', { retryable: true });
    const waits = [0, 1, 2, 3, 4].map((failures) => {
      const patient = { ...retryPolicy, maxFailures: 6 };
      const slow = { ...failure, error, retryPolicy: patient };
      const { job } = fail(working({ failures }), MINE, slow, NOW);
      return (job.notBefore ?? 0) - NOW;
    });
    expect(waits).toStrictEqual([5000, 40_000, 320_000, 2_560_000, 3_600_000]);
  });

  it('tells in the pending job what went wrong', () => {
    expect(fail(working(), MINE, failure, NOW).job).toMatchObject({
      errorCode: 'ENCODE_CRASHED',
      jobStateDetails: 'Trying again after failure 1: FFmpeg was killed',
      log: 'frame=1',
      translated: ['libfaac became aac'],
    });
  });

  it('ends the job when its failures are used up', () => {
    expect(fail(working({ failures: 4 }), MINE, failure, NOW).job).toMatchObject({
      jobState: 'ERROR',
      errorCode: 'ENCODE_CRASHED',
      failures: 5,
      jobStateDetails: 'FFmpeg was killed (given up after 5 failures)',
    });
  });

  it('ends the job at once when another try cannot help', () => {
    const error = new NommerError('SOURCE_NOT_MEDIA', 'No media in the source');
    expect(fail(working(), MINE, { ...failure, error }, NOW).job).toMatchObject({
      jobState: 'ERROR',
      failures: 1,
      jobStateDetails: 'No media in the source',
    });
  });

  it('cancels instead when somebody wants that', () => {
    expect(fail(working({ cancelRequested: true }), MINE, failure, NOW).job).toMatchObject({
      jobState: 'CANCELLED',
      failures: 0,
    });
  });
});

describe('finish', () => {
  it('ends the job with its result, also one that was to be cancelled too late', () => {
    const job = working({
      jobState: 'UPLOADING',
      cancelRequested: true,
      errorCode: 'NODE_LOST',
      notifyUrl: 'http://app/done',
    });
    expect(finish(job, MINE, { result, report }, NOW)).toMatchObject({
      allowed: true,
      job: {
        jobState: 'FINISHED',
        result,
        lease: null,
        errorCode: null,
        cancelRequested: false,
        undelivered: [{ id: 'job-1_1', sequence: 1, jobState: 'FINISHED', nextTryAt: NOW }],
      },
    });
  });
});

describe('a node whose claim is not the current one', () => {
  const rules = {
    renew: (job: EncodingJob) => renew(job, MINE, { leaseMs: 1, progress, report }, NOW),
    advance: (job: EncodingJob) =>
      advance(job, MINE, { state: 'UPLOADING', leaseMs: 1, report }, NOW),
    handOver: (job: EncodingJob) => handOver(job, MINE, 'leaving', NOW),
    fail: (job: EncodingJob) => fail(job, MINE, { error: crash, retryPolicy, report }, NOW),
    finish: (job: EncodingJob) => finish(job, MINE, { result, report }, NOW),
    confirmCancel: (job: EncodingJob) => confirmCancel(job, MINE, NOW),
  };
  const lost = {
    'a later attempt of another node': working({ attempt: 3, lease: { nodeId: 'b', until: 1e15 } }),
    'a later attempt of its own': working({ attempt: 3 }),
    'a job that waits again': working({ jobState: 'PENDING', lease: null }),
    'a job that has ended': working({ jobState: 'CANCELLED', lease: null }),
  };

  it.each(
    Object.entries(rules).flatMap(([rule, apply]) =>
      Object.entries(lost).map(([what, job]) => [rule, what, apply, job] as const),
    ),
  )('changes nothing by %s of %s', (_rule, _what, apply, job) => {
    expect(apply(job)).toStrictEqual({ allowed: false, job, refusal: 'claim-lost' });
  });
});
