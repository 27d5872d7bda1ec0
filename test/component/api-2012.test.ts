import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NommerError } from '../../src/core/errors.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

let open: OpenApi;

beforeEach(async () => {
  open = await openApi();
});

afterEach(() => open.api.close());

async function call(path: string, body?: unknown, headers: Record<string, string> = {}) {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await open.api.inject({
    method: 'POST',
    url: path,
    headers,
    ...(payload !== undefined && { payload }),
  });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
}

describe('the calls of 2012', () => {
  it.each(['/job/submit', '/job/submit/'])('accept a job at %s', async (path) => {
    const { status, body } = await call(path, SUBMISSION);
    expect(status).toBe(200);
    expect(body).toEqual({ success: true, job_id: expect.stringMatching(/^[0-9a-f]{32}$/) });
    const job = await open.backend.get(String(body['job_id']));
    expect(job).toMatchObject({ sourcePath: SUBMISSION.source_path, jobState: 'PENDING' });
  });

  it.each([
    undefined,
    'application/json',
    'application/x-www-form-urlencoded',
    'text/plain; charset=latin1',
    'multipart/form-data; boundary=x',
    'not a content type',
    ';;;',
  ])('take JSON under the Content-Type %s', async (type) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    expect(await call('/job/submit/', JSON.stringify(SUBMISSION), headers)).toMatchObject({
      status: 200,
      body: { success: true },
    });
  });

  it('put an accepted job into the queue', async () => {
    const { body } = await call('/job/submit/', SUBMISSION);
    await open.desk.settled();
    const [message] = await open.newJobs.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 9 });
    expect(JSON.parse(message?.body ?? '')).toEqual({ unique_id: body['job_id'] });
  });

  it('ignore fields that they do not know, at every level', async () => {
    const job_options = { ...SUBMISSION.job_options, priority: 1 };
    const extra = { ...SUBMISSION, job_options, api_key: 'x' };
    expect(await call('/job/submit/', extra)).toMatchObject({ body: { success: true } });
  });

  it.each([
    ['an empty body', '', 'BADINPUT', /received nothing/],
    ['broken JSON', '{"source_path": ', 'BADINPUT', /not valid JSON/],
    ['a list', [SUBMISSION], 'BADINPUT', /must be a JSON object/],
    ['no source', { ...SUBMISSION, source_path: undefined }, 'BADINPUT', /^source_path .*nothing$/],
    [
      'a number for a path',
      { ...SUBMISSION, dest_path: 7 },
      'BADINPUT',
      /^dest_path .*received 7$/,
    ],
    ['no options', { ...SUBMISSION, job_options: {} }, 'BAD_OPTION', /job_options\.options/],
    ['a bad URI', { ...SUBMISSION, source_path: 'in.mov' }, 'BAD_URI', /source_path.*"in\.mov"/],
  ])('answer 200 and success false to %s', async (_what, given, error_code, message) => {
    expect(await call('/job/submit/', given)).toEqual({
      status: 200,
      body: { success: false, error_code, message: expect.stringMatching(message) },
    });
  });

  it('answer success false to a body over the limit', async () => {
    const big = { ...SUBMISSION, metadata: { note: 'x'.repeat(100_000) } };
    expect(await call('/job/submit/', big)).toMatchObject({
      status: 200,
      body: { success: false, error_code: 'TOO_LARGE' },
    });
  });

  it('show a job by its id, and say when there is none', async () => {
    const { body } = await call('/job/submit/', SUBMISSION);
    const { job_id } = body;
    expect(await call('/job/status/', { job_id })).toMatchObject({
      body: { success: true, job: { unique_id: job_id, job_state: 'PENDING' } },
    });
    for (const unknown of ['0'.repeat(32), '', '../..', 'x'.repeat(5000)]) {
      expect(await call('/job/status', { job_id: unknown })).toMatchObject({
        status: 200,
        body: { success: false, error_code: 'UNKNOWN_JOB' },
      });
    }
  });

  it('list jobs newest first, page by page, by state', async () => {
    const ids: unknown[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.push((await call('/job/submit/', SUBMISSION)).body['job_id']);
    }
    await call('/job/cancel/', { job_id: ids[0] });

    const first = await call('/job/list/', { limit: 2 });
    const rest = await call('/job/list/', { limit: 2, cursor: first.body['cursor'] });
    const listed = [first, rest].flatMap(({ body }) => body['jobs'] as { unique_id: string }[]);
    expect(listed.map((job) => job.unique_id).toSorted()).toEqual(ids.map(String).toSorted());
    expect(rest.body['cursor']).toBeUndefined();

    const cancelled = await call('/job/list/', { state: 'CANCELLED' });
    expect(cancelled.body['jobs']).toMatchObject([{ unique_id: ids[0] }]);
    expect((await call('/job/list/')).body['jobs']).toHaveLength(3);
  });

  it('cancel a queued job, and refuse to cancel it again', async () => {
    const { body } = await call('/job/submit/', SUBMISSION);
    const { job_id } = body;
    expect(await call('/job/cancel/', { job_id })).toMatchObject({
      body: { success: true, job_id, job: { job_state: 'CANCELLED' } },
    });
    expect(await call('/job/cancel/', { job_id })).toMatchObject({
      status: 200,
      body: { success: false, error_code: 'ALREADY_FINISHED' },
    });
  });

  it('make one job of one idempotency key', async () => {
    const key = { 'idempotency-key': 'upload 17' };
    const first = await call('/job/submit/', SUBMISSION, key);
    expect(await call('/job/submit/', SUBMISSION, key)).toEqual(first);
    const other = { ...SUBMISSION, dest_path: 'file:///media/other.mp4' };
    expect(await call('/job/submit/', other, key)).toMatchObject({
      body: { success: false, error_code: 'IDEMPOTENCY_MISMATCH' },
    });
  });
});

describe('a job store that cannot be reached', () => {
  it('makes every call of 2012 answer UNAVAILABLE, with nothing done', async () => {
    let broken = true;
    const partial = await openApi({
      storeArrive: () =>
        broken
          ? Promise.reject(new NommerError('UNAVAILABLE', 'The job store cannot be reached'))
          : Promise.resolve(),
    });
    const calls = [
      ['/job/submit/', SUBMISSION],
      ['/job/status/', { job_id: 'a' }],
      ['/job/list/', {}],
      ['/job/cancel/', { job_id: 'a' }],
    ] as const;
    for (const [url, payload] of calls) {
      const answer = await partial.api.inject({ method: 'POST', url, payload });
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({ success: false, error_code: 'UNAVAILABLE' });
    }
    broken = false;
    expect((await partial.backend.store.recent({ limit: 9 })).jobs).toEqual([]);
    expect(await partial.newJobs.depth()).toMatchObject({ waiting: 0 });
    await partial.api.close();
  });
});
