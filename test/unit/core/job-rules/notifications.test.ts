import { describe, expect, it } from 'vitest';
import type { EncodingJob } from '../../../../src/core/job.ts';
import { isOpen } from '../../../../src/core/job.ts';
import {
  dueNotifications,
  recordDelivery,
  withNotification,
} from '../../../../src/core/job-rules/notifications.ts';
import { makeJob, NOW } from '../../../doubles/make-job.ts';

const failedTry = { delivered: false, error: 'connection refused' } as const;

function ended(): EncodingJob {
  return withNotification(makeJob({ jobState: 'ERROR', notifyUrl: 'http://app/done' }), NOW);
}

describe('notifications', () => {
  it('are made only where somebody wants to hear', () => {
    expect(withNotification(makeJob(), NOW).undelivered).toStrictEqual([]);
    expect(ended().undelivered).toHaveLength(1);
  });

  it('are numbered without gaps and keep their ids', () => {
    const job = withNotification(ended(), NOW + 1);
    expect(job.undelivered.map(({ id }) => id)).toStrictEqual(['job-1.1', 'job-1.2']);
    const later = recordDelivery(job, 'job-1.1', failedTry, NOW).job;
    expect(later.undelivered.map(({ id }) => id)).toStrictEqual(['job-1.1', 'job-1.2']);
  });

  it('are due at once, and after a failed try only when their time has come', () => {
    const job = ended();
    expect(dueNotifications(job, NOW)).toHaveLength(1);
    const later = recordDelivery(job, 'job-1.1', failedTry, NOW).job;
    expect(dueNotifications(later, NOW + 4999)).toHaveLength(0);
    expect(dueNotifications(later, NOW + 5000)).toHaveLength(1);
  });

  it('keep a job open until they are delivered', () => {
    const job = ended();
    expect(isOpen(job)).toBe(true);
    const { job: told } = recordDelivery(job, 'job-1.1', { delivered: true }, NOW + 7);
    expect(isOpen(told)).toBe(false);
    expect(told.deliveries).toStrictEqual([
      {
        id: 'job-1.1',
        sequence: 1,
        jobState: 'ERROR',
        outcome: 'delivered',
        tries: 1,
        at: NOW + 7,
        lastError: null,
      },
    ]);
  });

  it('are tried ten times over about three days, and then given up', () => {
    let job = ended();
    let now = NOW;
    for (let tries = 1; tries < 10; tries += 1) {
      job = recordDelivery(job, 'job-1.1', failedTry, now).job;
      const [waiting] = job.undelivered;
      expect(waiting).toMatchObject({ tries, lastError: 'connection refused' });
      expect(waiting?.nextTryAt).toBeGreaterThan(now);
      now = waiting?.nextTryAt ?? now;
    }
    expect((now - NOW) / 86_400_000).toBeCloseTo(3.15, 2);
    job = recordDelivery(job, 'job-1.1', failedTry, now).job;
    expect(job.undelivered).toStrictEqual([]);
    expect(job.deliveries).toMatchObject([
      { outcome: 'given-up', tries: 10, lastError: 'connection refused' },
    ]);
  });

  it('take a second report of the same delivery for nothing', () => {
    const { job } = recordDelivery(ended(), 'job-1.1', { delivered: true }, NOW);
    expect(recordDelivery(job, 'job-1.1', { delivered: true }, NOW)).toStrictEqual({
      allowed: false,
      job,
      refusal: 'unchanged',
    });
  });
});
