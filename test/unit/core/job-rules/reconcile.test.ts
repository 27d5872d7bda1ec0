import { describe, expect, it } from 'vitest';
import type { EncodingJob } from '../../../../src/core/job.ts';
import { jobsToSend } from '../../../../src/core/job-rules/reconcile.ts';
import { makeJob, NOW } from '../../../doubles/make-job.ts';

const MINUTE = 60_000;
const empty = { waiting: 0, delayed: 0, inFlight: 0 };

function idsToSend(
  jobs: readonly EncodingJob[],
  depth = empty,
  now = NOW + MINUTE,
  sentAgainAt: ReadonlyMap<string, number> = new Map(),
): string[] {
  const times = {
    unqueuedAfterMs: 5000,
    resendAfterMs: MINUTE,
    resendAgainAfterMs: 2 * MINUTE,
    resendAnywayAfterMs: 15 * MINUTE,
  };
  return jobsToSend(jobs, depth, times, now, sentAgainAt).map(({ uniqueId }) => uniqueId);
}

describe('jobsToSend', () => {
  it('sends what nobody has queued, once whoever accepted it had the time to', () => {
    expect(idsToSend([makeJob()], empty, NOW + 4999)).toStrictEqual([]);
    expect(idsToSend([makeJob()], empty, NOW + 5000)).toStrictEqual(['job-1']);
  });

  it('sends a queued job again when its message is gone', () => {
    expect(idsToSend([makeJob({ queued: true })])).toStrictEqual(['job-1']);
  });

  it('gives a queued job its time first, and the length of its back-off', () => {
    expect(idsToSend([makeJob({ queued: true })], empty, NOW + MINUTE - 1)).toStrictEqual([]);
    const waiting = makeJob({ queued: true, notBefore: NOW + MINUTE });
    expect(idsToSend([waiting], empty, NOW + 2 * MINUTE - 1)).toStrictEqual([]);
    expect(idsToSend([waiting], empty, NOW + 2 * MINUTE)).toStrictEqual(['job-1']);
  });

  it.each(['waiting', 'delayed', 'inFlight'])('trusts a message that is %s', (where) => {
    expect(idsToSend([makeJob({ queued: true })], { ...empty, [where]: 1 })).toStrictEqual([]);
  });

  it('counts the messages of jobs at work, which are in flight', () => {
    const jobs = [
      makeJob({ uniqueId: 'waits', queued: true }),
      makeJob({ uniqueId: 'works', queued: true, jobState: 'ENCODING' }),
    ];
    expect(idsToSend(jobs, { ...empty, inFlight: 1 })).toStrictEqual(['waits']);
    expect(idsToSend(jobs, { ...empty, inFlight: 1, waiting: 1 })).toStrictEqual([]);
  });

  it('sends as many as the queue is short of, the longest waiting first', () => {
    const jobs = [3, 1, 2].map((age) =>
      makeJob({ uniqueId: `${age}`, queued: true, modifiedAt: NOW - age * MINUTE }),
    );
    expect(idsToSend(jobs, { ...empty, waiting: 1 })).toStrictEqual(['3', '2']);
  });

  it('trusts messages no more that may be about other jobs, once a job has waited very long', () => {
    const jobs = [
      makeJob({ uniqueId: 'waits', queued: true }),
      makeJob({ uniqueId: 'works', queued: true, jobState: 'ENCODING' }),
    ];
    const twoOfTheOneAtWork = { ...empty, inFlight: 2 };
    expect(idsToSend(jobs, twoOfTheOneAtWork, NOW + 15 * MINUTE - 1)).toStrictEqual([]);
    expect(idsToSend(jobs, twoOfTheOneAtWork, NOW + 15 * MINUTE)).toStrictEqual(['waits']);
    const sent = new Map([['waits', NOW + 15 * MINUTE]]);
    expect(idsToSend(jobs, twoOfTheOneAtWork, NOW + 30 * MINUTE - 1, sent)).toStrictEqual([]);
    expect(idsToSend(jobs, twoOfTheOneAtWork, NOW + 30 * MINUTE, sent)).toStrictEqual(['waits']);
  });

  it('sends a few of those that have waited very long, not all of a long queue', () => {
    const jobs = Array.from({ length: 1000 }, (_, n) =>
      makeJob({ uniqueId: `job-${n}`, queued: true, modifiedAt: NOW + n }),
    );
    const depth = { ...empty, waiting: 1000 };
    const now = NOW + 60 * MINUTE;
    const first = idsToSend(jobs, depth, now);
    expect(first).toStrictEqual(jobs.slice(0, 10).map(({ uniqueId }) => uniqueId));
    const sent = new Map(first.map((id) => [id, now]));
    expect(idsToSend(jobs, depth, now + 5 * MINUTE, sent)).toStrictEqual([]);
  });

  it('sends nothing for jobs at work and jobs that ended', () => {
    const jobs = [
      makeJob({ queued: true, jobState: 'ENCODING' }),
      makeJob({ jobState: 'CANCELLED' }),
      makeJob({ jobState: 'FINISHED', queued: true }),
    ];
    expect(idsToSend(jobs)).toStrictEqual([]);
  });
});
