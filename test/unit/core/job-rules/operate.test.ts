import { describe, expect, it } from 'vitest';
import type { EncodingJob } from '../../../../src/core/job.ts';
import { FINISHED_STATES } from '../../../../src/core/job-states.ts';
import { abandon, cancel, retry } from '../../../../src/core/job-rules/operate.ts';
import { makeJob, NOW } from '../../../doubles/make-job.ts';

const HOUR = 3_600_000;

function working(patch: Partial<EncodingJob> = {}): EncodingJob {
  const lease = { nodeId: 'a', until: NOW + 30_000 };
  return makeJob({ jobState: 'ENCODING', attempt: 1, queued: true, lease, ...patch });
}

describe('cancel', () => {
  it('ends a job at once that no node has', () => {
    const { job } = cancel(makeJob({ notifyUrl: 'http://app/done' }), NOW);
    expect(job).toMatchObject({ jobState: 'CANCELLED', lease: null, notificationCount: 1 });
  });

  it('ends a job at once whose node is lost', () => {
    expect(cancel(working(), NOW + 30_000).job).toMatchObject({
      jobState: 'CANCELLED',
      lease: null,
    });
  });

  it('asks the node that has the job, once', () => {
    const { job } = cancel(working(), NOW);
    expect(job).toMatchObject({ jobState: 'ENCODING', cancelRequested: true, version: 2 });
    expect(cancel(job, NOW)).toStrictEqual({ allowed: false, job, refusal: 'unchanged' });
  });

  it.each(FINISHED_STATES)('refuses a job in %s', (jobState) => {
    const job = makeJob({ jobState });
    expect(cancel(job, NOW)).toStrictEqual({ allowed: false, job, refusal: 'finished' });
  });
});

describe('abandon', () => {
  it('ends a job that nobody has touched for so long', () => {
    expect(abandon(makeJob(), 24 * HOUR, NOW + 25 * HOUR).job).toMatchObject({
      jobState: 'ABANDONED',
      errorCode: 'ABANDONED',
      jobStateDetails: 'Nobody worked on the job for 25 hours',
    });
  });

  it('leaves a job alone before that', () => {
    expect(abandon(makeJob(), 24 * HOUR, NOW + 24 * HOUR - 1)).toMatchObject({
      refusal: 'not-due',
    });
  });

  it('never takes a job from a healthy node, however long it works', () => {
    const job = working({ lease: { nodeId: 'a', until: NOW + 100 * HOUR } });
    expect(abandon(job, 24 * HOUR, NOW + 99 * HOUR)).toMatchObject({ refusal: 'leased' });
  });

  it.each(FINISHED_STATES)('refuses a job in %s', (jobState) => {
    expect(abandon(makeJob({ jobState }), 1, NOW + HOUR)).toMatchObject({ refusal: 'finished' });
  });
});

describe('retry', () => {
  it.each(['ERROR', 'ABANDONED', 'CANCELLED'] as const)(
    'starts a job in %s all over',
    (jobState) => {
      const ended = makeJob({
        jobState,
        attempt: 5,
        failures: 5,
        errorCode: 'ENCODE_CRASHED',
        queued: true,
        notBefore: NOW + HOUR,
        cancelRequested: true,
        log: 'boom',
        translated: ['x'],
        notificationCount: 1,
      });
      expect(retry(ended, NOW)).toStrictEqual({
        allowed: true,
        job: {
          ...makeJob({ attempt: 5, version: 2, notificationCount: 1 }),
          timings: [
            { state: 'PENDING', attempt: 0, at: NOW },
            { state: 'PENDING', attempt: 5, at: NOW },
          ],
        },
      });
    },
  );

  it('refuses a job that has its output', () => {
    expect(retry(makeJob({ jobState: 'FINISHED' }), NOW)).toMatchObject({ refusal: 'finished' });
  });

  it('refuses a job that is under way', () => {
    expect(retry(makeJob(), NOW)).toMatchObject({ refusal: 'not-finished' });
    expect(retry(working(), NOW)).toMatchObject({ refusal: 'not-finished' });
  });
});
