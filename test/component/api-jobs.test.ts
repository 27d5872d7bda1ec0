import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WireBatch } from '../../src/core/api-wire.ts';
import type { WireJob } from '../../src/core/job-wire.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

let open: OpenApi;

beforeEach(async () => {
  open = await openApi();
});

afterEach(() => open.api.close());

function post(url: string, payload?: object, headers: Record<string, string> = {}) {
  return open.api.inject({ method: 'POST', url, headers, ...(payload && { payload }) });
}

function get(url: string) {
  return open.api.inject({ method: 'GET', url });
}

async function submit(): Promise<string> {
  return (await post('/jobs', SUBMISSION)).json<WireJob>().unique_id;
}

describe('POST /jobs', () => {
  it('answers 202 with the job and where it is', async () => {
    const metadata = { upload: 17, tags: ['a', { b: null }] };
    const answer = await post('/jobs', { ...SUBMISSION, metadata, notify_url: 'http://app/done' });
    const job = answer.json<WireJob>();
    expect(answer.statusCode).toBe(202);
    expect(answer.headers['location']).toBe(`/jobs/${job.unique_id}`);
    expect(job).toMatchObject({
      ...SUBMISSION,
      metadata,
      notify_url: 'http://app/done',
      version: 1,
    });
    expect((await get(`/jobs/${job.unique_id}`)).json()).toMatchObject({
      unique_id: job.unique_id,
    });
  });

  it('never shows a credential again', async () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCY';
    const answer = await post('/jobs', {
      ...SUBMISSION,
      source_path: `s3://AKIDEXAMPLE:${secret}@uploads/in.mov`,
      notify_url: `http://app:${secret.replaceAll('/', '')}@app.example/done`,
    });
    const { unique_id: id } = answer.json<WireJob>();
    expect(answer.statusCode).toBe(202);
    expect((await open.backend.get(id)).sourcePath).toContain(secret);
    const shown = [answer, await get(`/jobs/${id}`), await get('/jobs')].map(({ body }) => body);
    expect(shown.concat(open.logged).join()).not.toMatch(/wJalr|AKIDEXAMPLE/);
  });

  it('refuses a field that it does not know, naming those it does', async () => {
    const answer = await post('/jobs', { ...SUBMISSION, notfy_url: 'http://app/' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      error_code: 'BADINPUT',
      detail: expect.stringMatching(/no field "notfy_url".*notify_url/),
    });
  });

  it('makes one job of one key, from header or body, whatever came in between', async () => {
    const inHeader = await post('/jobs', SUBMISSION, { 'idempotency-key': 'k1' });
    await open.work(inHeader.json<WireJob>().unique_id, 'claim');
    const inBody = await post('/jobs', { ...SUBMISSION, idempotency_key: 'k1' });
    expect(inBody.statusCode).toBe(202);
    expect(inBody.json()).toMatchObject({
      unique_id: inHeader.json<WireJob>().unique_id,
      job_state: 'DOWNLOADING',
    });
    const other = await post(
      '/jobs',
      { ...SUBMISSION, metadata: { a: 1 } },
      { 'idempotency-key': 'k1' },
    );
    expect(other.statusCode).toBe(422);
    expect(other.json()).toMatchObject({ error_code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('makes one job of one key under many requests at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post('/jobs', SUBMISSION, { 'idempotency-key': 'k2' })),
    );
    expect(new Set(answers.map((answer) => answer.json<WireJob>().unique_id)).size).toBe(1);
    await open.desk.settled();
    expect(await open.newJobs.depth()).toMatchObject({ waiting: 1 });
  });

  it('answers each job of a list for itself', async () => {
    const bad = { ...SUBMISSION, source_path: 'ftp://host/in.mov' };
    const answer = await post('/jobs', [SUBMISSION, bad, SUBMISSION]);
    expect(answer.statusCode).toBe(207);
    expect(answer.json()).toEqual({
      jobs: [
        { status: 202, job: expect.objectContaining({ job_state: 'PENDING' }) },
        { status: 422, problem: expect.objectContaining({ error_code: 'UNSUPPORTED_SCHEME' }) },
        { status: 202, job: expect.objectContaining({ job_state: 'PENDING' }) },
      ],
    });
  });

  it('makes the same jobs of a list that is sent again under its key', async () => {
    const list = Array.from({ length: 60 }, (_, index) => ({ ...SUBMISSION, metadata: { index } }));
    const ids = async () => {
      const answer = await post('/jobs', list, { 'idempotency-key': 'list' });
      return answer.json<WireBatch>().jobs.map((one) => 'job' in one && one.job.unique_id);
    };
    const first = await ids();
    expect(new Set(first).size).toBe(60);
    expect(await ids()).toEqual(first);
  });

  it.each([0, 1001])('refuses a list of %i', async (length) => {
    const answer = await post(
      '/jobs',
      Array.from({ length }, () => 0),
    );
    expect(answer.statusCode).toBe(400);
  });
});

describe('a job', () => {
  it('is cancelled, and retried from then on', async () => {
    const id = await submit();
    expect((await post(`/jobs/${id}/retry`)).json()).toMatchObject({ error_code: 'NOT_RETRYABLE' });
    const cancelled = await post(`/jobs/${id}/cancel`);
    expect(cancelled.json()).toMatchObject({ unique_id: id, job_state: 'CANCELLED' });
    expect((await post(`/jobs/${id}/cancel`)).statusCode).toBe(409);
    const retried = await post(`/jobs/${id}/retry`);
    expect(retried.statusCode).toBe(202);
    expect(retried.json()).toMatchObject({ unique_id: id, job_state: 'PENDING' });
  });

  it('is asked to stop when a node has it', async () => {
    const id = await submit();
    await open.work(id, 'claim');
    const answer = await post(`/jobs/${id}/cancel`);
    expect(answer.json()).toMatchObject({ job_state: 'DOWNLOADING', cancel_requested: true });
  });

  it('takes calls without a body from clients that say it is JSON', async () => {
    const answer = await open.api.inject({
      method: 'POST',
      url: `/jobs/${await submit()}/cancel`,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.statusCode).toBe(200);
  });

  it('shows the log of its tool as text', async () => {
    const id = await submit();
    await open.work(id, 'claim');
    await open.work(id, { percent: 5, log: 'opening s3://ID:SECRET@bucket/key\n<script>' });
    const answer = await get(`/jobs/${id}/log`);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.body).toBe('opening s3://***@bucket/key\n<script>');
  });

  it.each(['', '/cancel', '/retry', '/log', '/events'])(
    'that is unknown is 404 at %s',
    async (part) => {
      const method = part === '/cancel' || part === '/retry' ? 'POST' : 'GET';
      const answer = await open.api.inject({ method, url: `/jobs/unknown${part}` });
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({
        error_code: 'UNKNOWN_JOB',
        instance: `/jobs/unknown${part}`,
      });
    },
  );
});

describe('GET /jobs', () => {
  it('lists by state, limit and cursor', async () => {
    const ids = [await submit(), await submit(), await submit()];
    const first = (await get('/jobs?limit=2&state=PENDING')).json<{
      cursor: string;
      jobs: WireJob[];
    }>();
    const url = `/jobs?limit=2&cursor=${encodeURIComponent(first.cursor)}`;
    const rest = (await get(url)).json<{ jobs: WireJob[] }>();
    const listed = [...first.jobs, ...rest.jobs].map((job) => job.unique_id);
    expect(listed.toSorted()).toEqual(ids.toSorted());
    expect((await get('/jobs?state=ERROR')).json()).toEqual({ jobs: [] });
  });

  it.each([
    'limit=0',
    'limit=501',
    'limit=x',
    'state=DONE',
    'stat=ERROR',
    'state=ERROR&state=ERROR',
    'cursor=junk',
  ])('refuses ?%s', async (query) => {
    const answer = await get(`/jobs?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error_code: 'BADINPUT' });
  });
});
