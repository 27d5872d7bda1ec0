import { describe, expect, it } from 'vitest';
import { markQueued } from '../../../../src/core/job-rules/submit.ts';
import { makeJob, NOW } from '../../../doubles/make-job.ts';

describe('submitJob', () => {
  it('makes a pending job of version 1 that nobody has queued or claimed', () => {
    expect(makeJob()).toMatchObject({
      jobState: 'PENDING',
      version: 1,
      attempt: 0,
      failures: 0,
      queued: false,
      lease: null,
      createdAt: NOW,
      modifiedAt: NOW,
      timings: [{ state: 'PENDING', attempt: 0, at: NOW }],
    });
  });
});

describe('markQueued', () => {
  it('notes once that the queue took the job', () => {
    const { job } = markQueued(makeJob(), NOW + 1);
    expect(job).toMatchObject({ queued: true, version: 2, modifiedAt: NOW + 1 });
    expect(markQueued(job, NOW + 2)).toStrictEqual({ allowed: false, job, refusal: 'unchanged' });
  });

  it('leaves a job alone that a node was faster to claim, or that has ended', () => {
    expect(markQueued(makeJob({ jobState: 'ENCODING' }), NOW).allowed).toBe(false);
    expect(markQueued(makeJob({ jobState: 'CANCELLED' }), NOW).allowed).toBe(false);
  });
});
