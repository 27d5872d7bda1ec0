import { describe, expect, it } from 'vitest';
import type { EncodingJob } from '../../../../src/core/job.ts';
import { isOpen } from '../../../../src/core/job.ts';
import {
  dueNotifications,
  nextDueAt,
  recordDelivery,
  redeliver,
  withNotification,
} from '../../../../src/core/job-rules/notifications.ts';
import { makeJob, NOW } from '../../../doubles/make-job.ts';

const failedTry = { delivered: false, error: 'connection refused' } as const;
const HOUR = 3_600_000;

function ended(): EncodingJob {
  return withNotification(makeJob({ jobState: 'ERROR', notifyUrl: 'http://app/done' }), NOW);
}

/** A job with so many notifications that nobody has tried yet. */
function withPending(count: number): EncodingJob {
  let job = makeJob({ jobState: 'ERROR', notifyUrl: 'http://app/done' });
  for (let index = 0; index < count; index += 1) job = withNotification(job, NOW);
  return job;
}

function waitOf(job: EncodingJob, index = 0): number {
  return ((job.undelivered[index]?.nextTryAt ?? Number.NaN) - NOW) / 1000;
}

describe('notifications', () => {
  it('are made only where somebody wants to hear', () => {
    expect(withNotification(makeJob(), NOW).undelivered).toStrictEqual([]);
    expect(ended().undelivered).toHaveLength(1);
  });

  it('are numbered without gaps and keep their ids', () => {
    const job = withPending(2);
    expect(job.undelivered.map(({ id }) => id)).toStrictEqual(['job-1_1', 'job-1_2']);
    const later = recordDelivery(job, 'job-1_1', failedTry, NOW).job;
    expect(later.undelivered.map(({ id }) => id)).toStrictEqual(['job-1_1', 'job-1_2']);
  });

  it('are due at once, and after a failed try only when their time has come', () => {
    const job = ended();
    expect(dueNotifications(job, NOW)).toHaveLength(1);
    const later = recordDelivery(job, 'job-1_1', failedTry, NOW).job;
    expect(dueNotifications(later, NOW + 4999)).toHaveLength(0);
    expect(dueNotifications(later, NOW + 5500)).toHaveLength(1);
  });

  it('of a node whose clock is ahead are due at once, too', () => {
    const ahead = makeJob({ jobState: 'ERROR', notifyUrl: 'http://app/done' });
    const job = withNotification(ahead, NOW + HOUR);
    expect(dueNotifications(job, NOW)).toHaveLength(1);
  });

  it('tell when the next one is due', () => {
    expect(nextDueAt(makeJob())).toBeUndefined();
    let job = withPending(2);
    expect(nextDueAt(job)).toBeLessThanOrEqual(NOW);
    job = recordDelivery(job, 'job-1_1', failedTry, NOW).job;
    expect(waitOf(job)).toBe(((nextDueAt(job) ?? Number.NaN) - NOW) / 1000);
    // After its second failure the other one's turn has come.
    job = recordDelivery(job, 'job-1_1', failedTry, NOW).job;
    expect(nextDueAt(job)).toBeLessThanOrEqual(NOW);
  });

  it('keep a job open until they are delivered', () => {
    const job = ended();
    expect(isOpen(job)).toBe(true);
    const { job: told } = recordDelivery(job, 'job-1_1', { delivered: true, status: 204 }, NOW + 7);
    expect(isOpen(told)).toBe(false);
    expect(told.deliveries).toStrictEqual([
      {
        id: 'job-1_1',
        sequence: 1,
        event: 'finished',
        jobState: 'ERROR',
        createdAt: NOW,
        outcome: 'delivered',
        tries: 1,
        at: NOW + 7,
        lastTryAt: NOW + 7,
        lastStatus: 204,
        lastError: null,
      },
    ]);
  });

  it('are tried ten times over about three days, and then given up', () => {
    let job = ended();
    let now = NOW;
    for (let tries = 1; tries < 10; tries += 1) {
      job = recordDelivery(job, 'job-1_1', failedTry, now).job;
      const [waiting] = job.undelivered;
      expect(waiting).toMatchObject({ tries, lastError: 'connection refused', lastTryAt: now });
      expect(waiting?.nextTryAt).toBeGreaterThan(now);
      now = waiting?.nextTryAt ?? now;
    }
    expect((now - NOW) / HOUR / 24).toBeGreaterThan(3.1);
    expect((now - NOW) / HOUR / 24).toBeLessThan(3.5);
    job = recordDelivery(job, 'job-1_1', failedTry, now).job;
    expect(job.undelivered).toStrictEqual([]);
    expect(job.deliveries).toMatchObject([
      { outcome: 'given-up', tries: 10, lastError: 'connection refused' },
    ]);
  });

  it('that failed together are not all tried again together', () => {
    const waits = Array.from({ length: 100 }, (_, index) => {
      const job = withNotification(
        makeJob({ uniqueId: `job-${index}`, jobState: 'ERROR', notifyUrl: 'http://app/' }),
        NOW,
      );
      return waitOf(recordDelivery(job, `job-${index}_1`, failedTry, NOW).job);
    });
    expect(Math.min(...waits)).toBeLessThan(5.1);
    expect(Math.max(...waits)).toBeGreaterThan(5.4);
    expect(new Set(waits).size).toBeGreaterThan(50);
  });

  it.each([
    ['longer', 600, 600],
    ['shorter', 1, 5],
    ['endless', 10 ** 9, 86_400],
  ])('wait as the receiver asks: %s', (_what, retryAfterSeconds, expected) => {
    const outcome = { ...failedTry, status: 503, retryAfterSeconds };
    const wait = waitOf(recordDelivery(ended(), 'job-1_1', outcome, NOW).job);
    expect(wait).toBeGreaterThanOrEqual(expected);
    expect(wait).toBeLessThan(expected * 1.11);
  });

  it('end at once when the receiver is gone, those that wait included, and no more are made', () => {
    const gone = { delivered: false, error: '410', status: 410 } as const;
    const { job } = recordDelivery(withPending(3), 'job-1_1', gone, NOW);
    expect(job.undelivered).toStrictEqual([]);
    expect(job.deliveries.map(({ id, outcome, tries }) => [id, outcome, tries])).toStrictEqual([
      ['job-1_2', 'given-up', 0],
      ['job-1_3', 'given-up', 0],
      ['job-1_1', 'given-up', 1],
    ]);
    expect(withNotification(job, NOW)).toBe(job);

    const again = redeliver(job, 'job-1_3', NOW).job;
    const taken = recordDelivery(again, 'job-1_3', { delivered: true, status: 200 }, NOW).job;
    expect(withNotification(taken, NOW).undelivered).toMatchObject([{ sequence: 4 }]);
  });

  it('end after one try that no other can better, and hold up none of the rest', () => {
    const refused = { delivered: false, error: 'forbidden', isFinal: true } as const;
    const { job } = recordDelivery(withPending(2), 'job-1_1', refused, NOW);
    expect(job.undelivered.map(({ id }) => id)).toStrictEqual(['job-1_2']);
    expect(job.deliveries).toMatchObject([
      { id: 'job-1_1', outcome: 'given-up', tries: 1, lastError: 'forbidden' },
    ]);
    expect(withNotification(job, NOW).undelivered).toHaveLength(2);
  });

  it('take a second report of the same delivery for nothing', () => {
    const { job } = recordDelivery(ended(), 'job-1_1', { delivered: true }, NOW);
    expect(recordDelivery(job, 'job-1_1', { delivered: true }, NOW)).toStrictEqual({
      allowed: false,
      job,
      refusal: 'unchanged',
    });
  });

  it('go one after another, until one has failed twice', () => {
    const due = (job: EncodingJob, now: number) =>
      dueNotifications(job, now).map(({ sequence }) => sequence);
    let job = withPending(3);
    expect(due(job, NOW)).toStrictEqual([1]);
    job = recordDelivery(job, 'job-1_1', failedTry, NOW).job;
    expect(due(job, NOW + 1000)).toStrictEqual([]);
    job = recordDelivery(job, 'job-1_1', failedTry, NOW + 6000).job;
    expect(due(job, NOW + 6000)).toStrictEqual([2]);
    job = recordDelivery(job, 'job-1_2', { delivered: true }, NOW + 6000).job;
    expect(due(job, NOW + 6000)).toStrictEqual([3]);
    // When its time has come it goes first again.
    expect(due(job, NOW + HOUR)).toStrictEqual([1, 3]);
  });

  it('never make a job large, whatever the receiver does', () => {
    const error = 'x'.repeat(10_000);
    let job = withPending(1);
    for (let index = 0; index < 300; index += 1) {
      job = withNotification(job, NOW);
      for (const { id } of dueNotifications(job, NOW + index * HOUR)) {
        job = recordDelivery(job, id, { delivered: false, error }, NOW + index * HOUR).job;
      }
    }
    expect(job.notificationCount).toBe(301);
    expect(job.undelivered).toHaveLength(50);
    expect(job.undelivered.at(-1)?.sequence).toBe(301);
    expect(job.deliveries).toHaveLength(50);
    expect(job.deliveries.at(-1)?.lastError).toBe('more than 50 were waiting');
    expect(JSON.stringify(job).length).toBeLessThan(60_000);
  });

  it('do not count as work on a job that waits', () => {
    const waiting = { ...withPending(1), jobState: 'PENDING' as const };
    const { job } = recordDelivery(waiting, 'job-1_1', failedTry, NOW + HOUR);
    expect(job.modifiedAt).toBe(NOW);
  });
});

describe('redeliver', () => {
  it('has a past notification tried again under its id, with all its tries and in its place', () => {
    let job = recordDelivery(withPending(2), 'job-1_1', { delivered: true, status: 200 }, NOW).job;
    job = redeliver(job, 'job-1_1', NOW + HOUR).job;
    expect(job.deliveries).toStrictEqual([]);
    expect(job.undelivered).toMatchObject([
      { id: 'job-1_1', sequence: 1, tries: 0, nextTryAt: NOW + HOUR, createdAt: NOW },
      { id: 'job-1_2' },
    ]);
    expect(job.notificationCount).toBe(2);
  });

  it('has one that waits tried at once', () => {
    const failed = recordDelivery(ended(), 'job-1_1', failedTry, NOW).job;
    expect(dueNotifications(failed, NOW + 1)).toStrictEqual([]);
    const { job } = redeliver(failed, 'job-1_1', NOW + 1);
    expect(dueNotifications(job, NOW + 1)).toMatchObject([
      { tries: 0, lastError: failedTry.error },
    ]);
  });

  it('knows one by its number, waiting or past', () => {
    const job = recordDelivery(withPending(3), 'job-1_1', { delivered: true }, NOW).job;
    for (const which of ['1', '2', '3']) {
      const again = redeliver(job, which, NOW + HOUR).job.undelivered;
      expect(again.filter(({ nextTryAt }) => nextTryAt === NOW + HOUR)).toMatchObject([
        { id: `job-1_${which}` },
      ]);
    }
  });

  it.each(['job-1_2', '2', '01', '1.0', '', '0'])('knows no other: %j', (which) => {
    expect(redeliver(ended(), which, NOW)).toMatchObject({
      allowed: false,
      refusal: 'no-such-notification',
    });
  });
});
