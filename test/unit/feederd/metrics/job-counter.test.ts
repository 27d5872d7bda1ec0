import { expect, it } from 'vitest';
import { NommerError } from '../../../../src/core/errors.ts';
import type { EncodingJob } from '../../../../src/core/job.ts';
import { claim, expire } from '../../../../src/core/job-rules/claim.ts';
import { failed } from '../../../../src/core/job-rules/fail.ts';
import { advance, finish, handOver } from '../../../../src/core/job-rules/hold.ts';
import { recordDelivery } from '../../../../src/core/job-rules/notifications.ts';
import { abandon, retry } from '../../../../src/core/job-rules/operate.ts';
import type { Ruling } from '../../../../src/core/job-rules/ruling.ts';
import { JobCounter } from '../../../../src/feederd/metrics/job-counter.ts';
import { MetricSet } from '../../../../src/feederd/metrics/metric-set.ts';
import { makeJob, NOW } from '../../../doubles/make-job.ts';
import { readMetrics } from '../../../doubles/read-metrics.ts';

const retryPolicy = { maxFailures: 2, backOffMs: 0, maxBackOffMs: 0 };
const request = { nodeId: 'node-1', leaseMs: 10_000, retryPolicy };
const report = { log: '', translated: [] };
const facts = { format: null, bitRate: null, video: null, audio: null };

function changed({ allowed, job }: Ruling): EncodingJob {
  if (!allowed) throw new Error('a rule refused');
  return job;
}

const claimOf = ({ attempt }: EncodingJob) => ({ nodeId: request.nodeId, attempt });
const claimed = (job: EncodingJob, now: number) => changed(claim(job, request, now));

/** A job that has finished after so many seconds in each state. */
function finishedJob(submittedAt: number): EncodingJob {
  let job = makeJob({ notifyUrl: 'http://app.example/' }, submittedAt);
  job = claimed(job, submittedAt + 1000);
  const step = { leaseMs: 10_000, report };
  job = changed(advance(job, claimOf(job), { ...step, state: 'ENCODING' }, submittedAt + 3000));
  job = changed(advance(job, claimOf(job), { ...step, state: 'UPLOADING' }, submittedAt + 7000));
  const source = { ...facts, size: 1000, duration: 60 };
  const outputs = [{ ...facts, size: 300, duration: 60, uri: 'file:///out' }];
  const result = { source, outputs };
  return changed(finish(job, claimOf(job), { result, report }, submittedAt + 15_000));
}

async function counting() {
  const metrics = new MetricSet();
  const counter = new JobCounter(metrics);
  counter.begin(NOW);
  const value = async (series: string) =>
    readMetrics(await metrics.read()).value(`media_nommer_${series}`);
  return { counter, value };
}

it('reads a whole life off the last version that it hears of', async () => {
  const { counter, value } = await counting();
  counter.changed(finishedJob(NOW));
  expect(await value('jobs_submitted_total')).toBe(1);
  expect(await value('attempts_total')).toBe(1);
  expect(await value('jobs_ended_total{state="FINISHED"}')).toBe(1);
  expect(await value('job_wait_seconds_sum')).toBe(1);
  expect(await value('job_download_seconds_sum')).toBe(2);
  expect(await value('job_encode_seconds_sum')).toBe(4);
  expect(await value('job_upload_seconds_sum')).toBe(8);
  expect(await value('job_total_seconds_sum')).toBe(15);
  expect(await value('media_seconds_total')).toBe(60);
  expect(await value('source_bytes_total')).toBe(1000);
  expect(await value('output_bytes_total')).toBe(300);
});

it('counts nothing twice, also when only the notifications of an ended job change', async () => {
  const { counter, value } = await counting();
  const job = finishedJob(NOW);
  const [notification] = job.undelivered;
  const told = recordDelivery(job, notification?.id ?? '', { delivered: true }, NOW + 16_000);
  counter.changed(job);
  counter.changed(job);
  counter.changed(changed(told));
  // One that ended before anybody counted.
  const other = { ...finishedJob(NOW - 100_000), uniqueId: 'job-2' };
  const toldLater = recordDelivery(other, notification?.id ?? '', { delivered: true }, NOW);
  counter.changed(changed(toldLater));
  expect(await value('jobs_ended_total{state="FINISHED"}')).toBe(1);
  expect(await value('job_total_seconds_count')).toBe(1);
});

it('tells the node that was lost, although the next one has the job already', async () => {
  const { counter, value } = await counting();
  const job = claimed(makeJob(), NOW);
  counter.changed(job);
  // In one change: the dead attempt is counted, and the job taken.
  counter.changed(claimed(job, NOW + 60_000));
  expect(await value('job_failures_total{code="NODE_LOST"}')).toBe(1);
  expect(await value('retries_total{reason="failure"}')).toBe(1);
  expect(await value('attempts_total')).toBe(2);
  expect(await value('job_wait_seconds_count')).toBe(1);
});

it('tells why a job waits again, and counts its last failure as no retry', async () => {
  const { counter, value } = await counting();
  let job = claimed(makeJob(), NOW);
  job = changed(handOver(job, claimOf(job), 'leaving', NOW + 1));
  job = claimed(job, NOW + 2);
  job = changed(expire(job, retryPolicy, NOW + 60_000));
  job = claimed(job, NOW + 60_001);
  const error = new NommerError('ENCODE_CRASHED', 'killed');
  job = changed(failed(job, error, { retryPolicy }, NOW + 60_002));
  counter.changed(job);
  counter.changed(changed(retry(job, NOW + 70_000)));
  expect(await value('retries_total{reason="handover"}')).toBe(1);
  expect(await value('retries_total{reason="failure"}')).toBe(1);
  expect(await value('retries_total{reason="operator"}')).toBe(1);
  expect(await value('job_failures_total{code="ENCODE_CRASHED"}')).toBe(1);
  expect(await value('jobs_ended_total{state="ERROR"}')).toBe(1);
  expect(await value('jobs_submitted_total')).toBe(1);
});

it('counts what is given up, under its code', async () => {
  const { counter, value } = await counting();
  counter.changed(changed(abandon(makeJob({}, NOW - 1000), 1000, NOW)));
  expect(await value('jobs_ended_total{state="ABANDONED"}')).toBe(1);
  expect(await value('job_failures_total{code="ABANDONED"}')).toBe(1);
  expect(await value('jobs_submitted_total')).toBe(0);
});

it('makes no series of codes that somebody’s own nommer makes up', async () => {
  const { counter, value } = await counting();
  const error = new NommerError('MADE_UP' as 'INTERNAL', 'odd', { retryable: false });
  const job = claimed(makeJob(), NOW);
  counter.changed(changed(failed(job, error, { retryPolicy }, NOW + 1)));
  expect(await value('job_failures_total{code="OTHER"}')).toBe(1);
});

it('takes figures that are none for 0', async () => {
  const { counter, value } = await counting();
  const job = finishedJob(NOW);
  const odd = { ...facts, size: -5, duration: Number.NaN };
  counter.changed({ ...job, result: { source: odd, outputs: [{ ...odd, uri: 'x' }] } });
  expect(await value('media_seconds_total')).toBe(0);
  expect(await value('output_bytes_total')).toBe(0);
});
