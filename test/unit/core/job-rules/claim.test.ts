import { describe, expect, it } from 'vitest';
import type { EncodingJob } from '../../../../src/core/job.ts';
import { claim, expire, isClaimedBy } from '../../../../src/core/job-rules/claim.ts';
import { makeJob, NOW } from '../../../doubles/make-job.ts';

const retryPolicy = { maxFailures: 3, backOffMs: 1000, maxBackOffMs: 60_000 };
const byNode = (nodeId: string) => ({ nodeId, leaseMs: 30_000, retryPolicy });

function working(patch: Partial<EncodingJob> = {}): EncodingJob {
  const lease = { nodeId: 'a', until: NOW + 30_000 };
  return makeJob({ jobState: 'ENCODING', attempt: 1, version: 4, queued: true, lease, ...patch });
}

describe('claim', () => {
  it('makes a pending job the next attempt of the node, under a lease', () => {
    const job = makeJob({ attempt: 2, log: 'of old', translated: ['of old'] });
    const ruling = claim(job, byNode('b'), NOW + 5);
    expect(ruling).toMatchObject({
      allowed: true,
      job: {
        jobState: 'DOWNLOADING',
        attempt: 3,
        version: 2,
        modifiedAt: NOW + 5,
        lease: { nodeId: 'b', until: NOW + 30_005 },
        queued: true,
        log: '',
        translated: [],
      },
    });
    expect(ruling.job.timings.at(-1)).toStrictEqual({
      state: 'DOWNLOADING',
      attempt: 3,
      at: NOW + 5,
      nodeId: 'b',
    });
    expect(isClaimedBy(ruling.job, { nodeId: 'b', attempt: 3 })).toBe(true);
  });

  it.each(['FINISHED', 'ERROR', 'ABANDONED', 'CANCELLED'] as const)(
    'refuses a job in %s',
    (jobState) => {
      const job = makeJob({ jobState });
      expect(claim(job, byNode('b'), NOW)).toStrictEqual({
        allowed: false,
        job,
        refusal: 'finished',
      });
    },
  );

  it('refuses a job that another node holds', () => {
    expect(claim(working(), byNode('b'), NOW + 29_999)).toMatchObject({ refusal: 'leased' });
  });

  it('refuses a job even to its own node, which has lost its memory', () => {
    expect(claim(working(), byNode('a'), NOW)).toMatchObject({ refusal: 'leased' });
  });

  it('refuses a job until its back-off is over', () => {
    const job = makeJob({ notBefore: NOW + 100 });
    expect(claim(job, byNode('b'), NOW + 99)).toMatchObject({ refusal: 'not-due' });
    expect(claim(job, byNode('b'), NOW + 100)).toMatchObject({
      allowed: true,
      job: { notBefore: null },
    });
  });

  it('takes over at once when the lease has run out, and counts the lost attempt', () => {
    const ruling = claim(working(), byNode('b'), NOW + 30_000);
    expect(ruling).toMatchObject({
      allowed: true,
      job: {
        jobState: 'DOWNLOADING',
        attempt: 2,
        failures: 1,
        errorCode: null,
        lease: { nodeId: 'b' },
      },
    });
    expect(ruling.job.timings.slice(-2).map(({ state }) => state)).toStrictEqual([
      'PENDING',
      'DOWNLOADING',
    ]);
    expect(isClaimedBy(ruling.job, { nodeId: 'a', attempt: 1 })).toBe(false);
  });

  it('makes the node wait when the job has been lost before', () => {
    const ruling = claim(working({ failures: 1 }), byNode('b'), NOW + 30_000);
    expect(ruling).toMatchObject({
      allowed: true,
      job: { jobState: 'PENDING', failures: 2, lease: null, notBefore: NOW + 31_000 },
    });
    expect(isClaimedBy(ruling.job, { nodeId: 'b', attempt: 2 })).toBe(false);
  });

  it('ends a job that has been lost too often', () => {
    const ruling = claim(working({ failures: 2 }), byNode('b'), NOW + 30_000);
    expect(ruling).toMatchObject({
      allowed: true,
      job: {
        jobState: 'ERROR',
        errorCode: 'NODE_LOST',
        failures: 3,
        lease: null,
        jobStateDetails:
          'Node a stopped renewing its lease in attempt 1, state ENCODING (given up after 3 failures)',
      },
    });
  });

  it('ends a lost job that somebody wants cancelled', () => {
    const ruling = claim(working({ cancelRequested: true }), byNode('b'), NOW + 30_000);
    expect(ruling).toMatchObject({ allowed: true, job: { jobState: 'CANCELLED', lease: null } });
  });
});

describe('expire', () => {
  it('gives a job back when its lease has run out', () => {
    expect(expire(working(), retryPolicy, NOW + 30_000)).toMatchObject({
      allowed: true,
      job: { jobState: 'PENDING', failures: 1, lease: null, notBefore: null, version: 5 },
    });
  });

  it.each([
    [working(), 'leased'],
    [makeJob(), 'unchanged'],
    [makeJob({ jobState: 'FINISHED' }), 'finished'],
  ])('refuses otherwise (%#)', (job, refusal) => {
    expect(expire(job, retryPolicy, NOW + 29_999)).toStrictEqual({ allowed: false, job, refusal });
  });
});

describe('isClaimedBy', () => {
  it('holds for the very node and attempt only', () => {
    expect(isClaimedBy(working(), { nodeId: 'a', attempt: 1 })).toBe(true);
    expect(isClaimedBy(working(), { nodeId: 'a', attempt: 2 })).toBe(false);
    expect(isClaimedBy(working(), { nodeId: 'b', attempt: 1 })).toBe(false);
    expect(isClaimedBy(working({ jobState: 'FINISHED' }), { nodeId: 'a', attempt: 1 })).toBe(false);
    expect(isClaimedBy(working({ lease: null }), { nodeId: 'a', attempt: 1 })).toBe(false);
  });

  it('holds after the lease has run out, as long as nobody else took the job', () => {
    expect(
      isClaimedBy(working({ lease: { nodeId: 'a', until: 0 } }), { nodeId: 'a', attempt: 1 }),
    ).toBe(true);
  });
});
