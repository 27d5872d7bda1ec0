import { describe, expect, it } from 'vitest';
import { NommerError } from '../../../../src/core/errors.ts';
import type { EncodingJob } from '../../../../src/core/job.ts';
import { toWireJob } from '../../../../src/core/job-wire.ts';
import { claim } from '../../../../src/core/job-rules/claim.ts';
import { advance, fail, handOver } from '../../../../src/core/job-rules/hold.ts';
import type { Ruling } from '../../../../src/core/job-rules/ruling.ts';
import { makeJob, NOW } from '../../../doubles/make-job.ts';

const retryPolicy = { maxFailures: 3, backOffMs: 0, maxBackOffMs: 0 };
const leaseMs = 1000;
const report = { log: '', translated: [] };

function allowed(ruling: Ruling): EncodingJob {
  if (!ruling.allowed) throw new Error(ruling.refusal);
  return ruling.job;
}

const take = (job: EncodingJob, nodeId: string, at: number) =>
  allowed(claim(job, { nodeId, leaseMs, retryPolicy }, at));

describe('the history of a job', () => {
  it('tells of each attempt who had it, and why it ended', () => {
    let job = take(makeJob(), 'a', NOW);
    const claimed = { nodeId: 'a', attempt: 1 };
    job = allowed(advance(job, claimed, { state: 'ENCODING', leaseMs, report }, NOW + 10));
    const error = new NommerError('ENCODE_CRASHED', 'FFmpeg was killed by SIGSEGV');
    job = allowed(fail(job, claimed, { error, retryPolicy, report }, NOW + 20));
    job = take(job, 'b', NOW + 30);
    job = allowed(handOver(job, { nodeId: 'b', attempt: 2 }, 'The node is leaving', NOW + 40));
    job = take(job, 'c', NOW + 50);

    const untimed = toWireJob(job).timings.map((timing) => ({ ...timing, at: undefined }));
    expect(untimed).toEqual([
      { state: 'PENDING', attempt: 0 },
      { state: 'DOWNLOADING', attempt: 1, node_id: 'a' },
      { state: 'ENCODING', attempt: 1, node_id: 'a' },
      {
        state: 'PENDING',
        attempt: 1,
        error_code: 'ENCODE_CRASHED',
        details: 'Trying again after failure 1: FFmpeg was killed by SIGSEGV',
      },
      { state: 'DOWNLOADING', attempt: 2, node_id: 'b' },
      { state: 'PENDING', attempt: 2, details: 'The node is leaving' },
      { state: 'DOWNLOADING', attempt: 3, node_id: 'c' },
    ]);
  });

  it('tells of an attempt whose node was lost', () => {
    const job = take(take(makeJob(), 'a', NOW), 'b', NOW + leaseMs + 1);
    expect(job.timings.slice(-2)).toMatchObject([
      { state: 'PENDING', attempt: 1, errorCode: 'NODE_LOST' },
      { state: 'DOWNLOADING', attempt: 2, nodeId: 'b' },
    ]);
  });

  it('stays small, however often the job fails and however much there is to say', () => {
    let job = makeJob();
    const patient = { ...retryPolicy, maxFailures: 1000 };
    for (let attempt = 1; attempt <= 60; attempt += 1) {
      job = take(job, 'a', NOW + attempt);
      const error = new NommerError('ENCODE_CRASHED', 'x'.repeat(5000));
      const failure = { error, retryPolicy: patient, report };
      job = allowed(fail(job, { nodeId: 'a', attempt }, failure, NOW + attempt));
    }
    expect(job.timings).toHaveLength(100);
    expect(JSON.stringify(job.timings).length).toBeLessThan(40_000);
  });
});
