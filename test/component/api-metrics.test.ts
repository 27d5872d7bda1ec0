import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiTokens } from '../../src/conf/api-tokens.ts';
import { NommerError } from '../../src/core/errors.ts';
import type { WireJob } from '../../src/core/job-wire.ts';
import { failed } from '../../src/core/job-rules/fail.ts';
import { handOver } from '../../src/core/job-rules/hold.ts';
import { METRICS } from '../../src/feederd/metrics/metric-table.ts';
import { readMetrics, type ReadMetrics } from '../doubles/read-metrics.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

let open: OpenApi;

beforeEach(async () => {
  open = await openApi();
});

afterEach(() => open.api.close());

async function submit(more: object = {}): Promise<string> {
  const payload = { ...SUBMISSION, ...more };
  const answer = await open.api.inject({ method: 'POST', url: '/jobs', payload });
  return answer.json<WireJob>().unique_id;
}

async function scrape(headers: Record<string, string> = {}): Promise<ReadMetrics> {
  const answer = await open.api.inject({ url: '/metrics', headers });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4; charset=utf-8$/);
  return readMetrics(answer.body);
}

const NODE = {
  nodeId: 'node-1',
  condition: 'ACTIVE',
  slots: 4,
  fromFleet: true,
  activeJobs: [{ uniqueId: 'a', attempt: 2 }],
  startedAt: 0,
  versions: {},
} as const;

describe('GET /metrics', () => {
  it('has every metric of the table, of its type, and the process’s own', async () => {
    const { types, values } = await scrape();
    for (const [name, { type }] of Object.entries(METRICS))
      expect([name, types.get(name)]).toEqual([name, type]);
    expect(values.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(values.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
  });

  it('follows a job from its submit to its end', async () => {
    const id = await submit();
    const submitted = await scrape();
    expect(submitted.value('media_nommer_jobs{state="PENDING"}')).toBe(1);
    expect(submitted.value('media_nommer_jobs_submitted_total')).toBe(1);
    expect(submitted.value('media_nommer_queue_depth{kind="waiting"}')).toBe(1);

    await open.work(id, 'claim');
    await open.work(id, 'encode');
    const encoding = await scrape();
    expect(encoding.value('media_nommer_jobs{state="PENDING"}')).toBe(0);
    expect(encoding.value('media_nommer_jobs{state="ENCODING"}')).toBe(1);
    expect(encoding.value('media_nommer_job_wait_seconds_count')).toBe(1);
    expect(encoding.value('media_nommer_job_download_seconds_count')).toBe(1);
    expect(encoding.value('media_nommer_job_encode_seconds_count')).toBe(0);

    await open.work(id, { percent: 50 });
    await open.work(id, 'upload');
    await open.work(id, 'finish');
    const { value } = await scrape();
    expect(value('media_nommer_jobs{state="UPLOADING"}')).toBe(0);
    expect(value('media_nommer_attempts_total')).toBe(1);
    expect(value('media_nommer_jobs_submitted_total')).toBe(1);
    expect(value('media_nommer_jobs_ended_total{state="FINISHED"}')).toBe(1);
    expect(value('media_nommer_job_encode_seconds_count')).toBe(1);
    expect(value('media_nommer_job_upload_seconds_count')).toBe(1);
    expect(value('media_nommer_job_total_seconds_count')).toBe(1);
    expect(value('media_nommer_job_total_seconds_bucket{le="5"}')).toBe(1);
  });

  it('tells failures by code, and why a job waits again', async () => {
    const id = await submit();
    const { nodeId } = NODE;
    const error = new NommerError('SOURCE_UNREACHABLE', 'away');
    const retryPolicy = { maxFailures: 2, backOffMs: 0, maxBackOffMs: 0 };
    const fail = () => open.change(id, (job, now) => failed(job, error, { retryPolicy }, now));
    await open.work(id, 'claim');
    await fail();
    const { attempt } = await open.work(id, 'claim');
    await open.change(id, (job, now) => handOver(job, { nodeId, attempt }, 'leaving', now));
    await open.work(id, 'claim');
    await fail();
    await open.api.inject({ method: 'POST', url: `/jobs/${id}/retry` });
    const { value } = await scrape();
    expect(value('media_nommer_job_failures_total{code="SOURCE_UNREACHABLE"}')).toBe(2);
    expect(value('media_nommer_job_failures_total{code="NODE_LOST"}')).toBe(0);
    expect(value('media_nommer_retries_total{reason="failure"}')).toBe(1);
    expect(value('media_nommer_retries_total{reason="handover"}')).toBe(1);
    expect(value('media_nommer_retries_total{reason="operator"}')).toBe(1);
    expect(value('media_nommer_attempts_total')).toBe(3);
    expect(value('media_nommer_jobs_ended_total{state="ERROR"}')).toBe(1);
    expect(value('media_nommer_jobs{state="PENDING"}')).toBe(1);
  });

  it('adds up what nodes tell with their heartbeats, once', async () => {
    const startedAt = Date.now();
    const none = { renewals: 0, failedRenewals: 0, lostLeases: 0, storeRetries: 0 };
    const beat = (counts: object, more: object = {}) =>
      open.nodeStates.report({
        ...NODE,
        startedAt,
        reportedAt: startedAt,
        counts: { ...none, ...counts },
        ...more,
      });
    const RENEWED = 'media_nommer_lease_renewals_total{outcome="renewed"}';
    await beat({ renewals: 3 });
    expect((await scrape()).value(RENEWED)).toBe(3);
    await beat({ renewals: 5, lostLeases: 1 });
    await open.nodeStates.report({
      ...NODE,
      nodeId: 'before us',
      reportedAt: 1,
      counts: { ...none, renewals: 99 },
    });
    const { value } = await scrape();
    expect(value(RENEWED)).toBe(5);
    expect(value('media_nommer_lease_renewals_total{outcome="lost"}')).toBe(1);
    expect(value('media_nommer_slots')).toBe(8);
    expect(value('media_nommer_slots_busy')).toBe(2);
    expect(value('media_nommer_nodes{state="ACTIVE"}')).toBe(2);
    expect(value('media_nommer_heartbeat_age_seconds')).toBeGreaterThan(1e6);
    await beat({ renewals: 2 }, { startedAt: startedAt + 1 });
    expect((await scrape()).value(RENEWED)).toBe(7);
  });

  it('answers with what is known here while queue and store are away', async () => {
    await submit();
    open.newJobs.depth = () => Promise.reject(new NommerError('UNAVAILABLE', 'away'));
    const { values, value } = await scrape();
    expect(value('media_nommer_jobs{state="PENDING"}')).toBe(1);
    expect(value('media_nommer_scrape_errors_total')).toBe(1);
    expect([...values.keys()].filter((each) => /_queue_depth|_slots|_nodes/.test(each))).toEqual(
      [],
    );
  });

  it('makes no label of what others send', async () => {
    await open.api.inject({ url: '/no/such"path\n' });
    await open.api.inject({ method: 'PROPFIND' as 'GET', url: '/jobs' });
    await open.api.inject({ url: '/jobs/some-job-id' });
    await submit({ metadata: { canary: 'canary' } });
    const { values } = await scrape();
    const requests = [...values.keys()].filter((each) =>
      each.includes('request_duration_seconds_count'),
    );
    expect(requests.toSorted()).toEqual([
      'media_nommer_http_request_duration_seconds_count{method="GET",route="/jobs/:id",status="404"}',
      'media_nommer_http_request_duration_seconds_count{method="POST",route="/jobs",status="202"}',
      'media_nommer_http_request_duration_seconds_count{method="any",route="none",status="404"}',
    ]);
    expect([...values.keys()].join('\n')).not.toMatch(/canary|some-job-id|such/);
  });

  it('is not for a token that sees its own jobs only', async () => {
    await open.api.close();
    const token = 'token-of-ann-0123456789';
    const given = apiTokens.schema.parse([{ name: 'ann', token, onlyOwn: true }]);
    open = await openApi({ settings: { apiTokens: given } });
    const headers = { authorization: `Bearer ${token}` };
    const answer = await open.api.inject({ url: '/metrics', headers });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ error_code: 'FORBIDDEN' });
  });
});

describe('a feederd that does not lead', () => {
  it('counts no jobs, and tells all the same how many there are', async () => {
    open.metrics.leads(false);
    const id = await submit();
    await open.work(id, 'claim');
    const { value } = await scrape();
    expect(value('media_nommer_leader')).toBe(0);
    expect(value('media_nommer_jobs_submitted_total')).toBe(0);
    expect(value('media_nommer_jobs{state="DOWNLOADING"}')).toBe(1);

    // What happened before it led was for another to count.
    await new Promise((resolve) => setTimeout(resolve, 2));
    open.metrics.leads(true);
    await open.work(id, 'encode');
    const leading = await scrape();
    expect(leading.value('media_nommer_leader')).toBe(1);
    expect(leading.value('media_nommer_attempts_total')).toBe(0);
    expect(leading.value('media_nommer_job_download_seconds_count')).toBe(1);
  });
});
