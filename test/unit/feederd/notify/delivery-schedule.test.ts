import { beforeEach, describe, expect, it } from 'vitest';
import type { EncodingJob } from '../../../../src/core/job.ts';
import { DeliverySchedule, type DueJob } from '../../../../src/feederd/notify/delivery-schedule.ts';
import { makeJob, NOW } from '../../../doubles/make-job.ts';
import { makeNotification } from '../../../doubles/make-notification.ts';

describe('DeliverySchedule', () => {
  let now: number;
  let schedule: DeliverySchedule;
  beforeEach(() => {
    now = NOW;
    schedule = new DeliverySchedule();
  });

  /** An ended job whose receiver has failed once and is to be tried again at `nextTryAt`. */
  function untold(uniqueId: string, nextTryAt: number): EncodingJob {
    const undelivered = [makeNotification({ id: `${uniqueId}_1`, tries: 1, nextTryAt })];
    const notifyUrl = `http://app.${uniqueId}/`;
    return makeJob({ uniqueId, jobState: 'FINISHED', notifyUrl, undelivered });
  }

  const update = (job: EncodingJob) => schedule.update(job, now);
  const take = (): DueJob[] => [...schedule.take({ now: () => now })];
  const idsOf = (due: readonly DueJob[]) => due.map(({ uniqueId }) => uniqueId);

  function finish(due: readonly DueJob[]): void {
    for (const { uniqueId, free, done } of due) {
      update(makeJob({ uniqueId, jobState: 'FINISHED' }));
      free(true);
      done();
    }
  }

  it('gives each job out when its time has come, the longest due first', () => {
    const times = [5, 1, 4, 2, 3, 3];
    for (const [index, time] of times.entries()) update(untold(`job-${index}`, NOW + time * 1000));
    expect(take()).toEqual([]);
    now = NOW + 3000;
    expect(idsOf(take())).toEqual(['job-1', 'job-3', 'job-4', 'job-5']);
    now = NOW + 60_000;
    expect(idsOf(take())).toEqual(['job-2', 'job-0']);
  });

  it('goes by the latest of what was heard of a job', () => {
    for (const [uniqueId, from, to] of [
      ['postponed', 0, 5000],
      ['hurried', 5000, 0],
      ['put-off', 5000, 9000],
    ] as const) {
      update(untold(uniqueId, NOW + from));
      update(untold(uniqueId, NOW + to));
    }
    expect(idsOf(take())).toEqual(['hurried']);
    now = NOW + 5000;
    expect(idsOf(take())).toEqual(['postponed']);
    now = NOW + 9000;
    expect(idsOf(take())).toEqual(['put-off']);
  });

  it('gives a job out once until it is done, whatever becomes of it meanwhile', () => {
    update(untold('job', NOW));
    const [due] = take();
    update(untold('job', NOW + 1));
    now = NOW + 10;
    expect(take()).toEqual([]);
    update(makeJob({ uniqueId: 'job', jobState: 'FINISHED' }));
    update(untold('job', NOW + 2));
    due?.free(true);
    expect(take()).toEqual([]);
    due?.done();
    expect(idsOf(take())).toEqual(['job']);
  });

  it.each(['waits', 'is due', 'is in hand'])('forgets a job that %s', (what) => {
    update(untold('job', NOW + (what === 'waits' ? 1000 : 0)));
    const inHand = what === 'is in hand' ? take() : [];
    update(makeJob({ uniqueId: 'job', jobState: 'FINISHED' }));
    for (const { done } of inHand) done();
    now = NOW + 5000;
    expect(take()).toEqual([]);
  });

  it('gives a job out again that came to nothing', () => {
    update(untold('job', NOW));
    const [due] = take();
    due?.free(undefined);
    due?.done();
    expect(idsOf(take())).toEqual(['job']);
  });

  it('gets through all that become due together', () => {
    for (let index = 0; index < 2500; index += 1) update(untold(`job-${index}`, NOW + 1000));
    now = NOW + 1000;
    let given = 0;
    for (let look = 0; look < 100; look += 1) {
      const due = take();
      given += due.length;
      finish(due);
    }
    expect(given).toBe(2500);
  });
});
