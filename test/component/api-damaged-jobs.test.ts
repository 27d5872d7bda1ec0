import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WireJobPage } from '../../src/core/api-wire.ts';
import type { WireJob } from '../../src/core/job-wire.ts';
import type { MemoryJobStore } from '../doubles/memory-job-store.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

describe('an installation with a damaged job', () => {
  let open: OpenApi;
  let damaged: string;
  let good: string;

  const post = (url: string, payload?: object) =>
    open.api.inject({ method: 'POST', url, ...(payload && { payload }) });

  beforeEach(async () => {
    open = await openApi();
    good = (await post('/jobs', SUBMISSION)).json<WireJob>().unique_id;
    damaged = (await post('/jobs', SUBMISSION)).json<WireJob>().unique_id;
    await open.desk.settled();
    (open.backend.store as MemoryJobStore).damage(damaged);
  });

  afterEach(() => open.api.close());

  it('lists all others', async () => {
    const idsOf = ({ jobs }: WireJobPage) => jobs.map(({ unique_id: id }) => id);
    for (const limit of [1, 10]) {
      const answer = await open.api.inject(`/jobs?limit=${limit}`);
      expect(answer.statusCode).toBe(200);
      expect(idsOf(answer.json())).toEqual([good]);
    }
    expect(idsOf((await post('/job/list', {})).json())).toEqual([good]);
  });

  it.each(['GET ', 'GET /log', 'GET /events', 'POST /cancel', 'POST /retry'])(
    'says which job it is, and that it cannot be read: %s',
    async (call) => {
      const [method, path] = call.split(' ') as ['GET' | 'POST', string];
      const answer = await open.api.inject({ method, url: `/jobs/${damaged}${path}` });
      expect(answer.statusCode).toBe(500);
      expect(answer.json()).toMatchObject({
        error_code: 'JOB_UNREADABLE',
        detail: `Job ${damaged} cannot be read as it is stored: it is no JSON`,
      });
    },
  );

  it('says so to clients of 2012 in their way', async () => {
    const answer = await post('/job/status', { job_id: damaged });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ success: false, error_code: 'JOB_UNREADABLE' });
    expect((await post('/job/status', { job_id: good })).json()).toMatchObject({ success: true });
  });

  it('takes new jobs', async () => {
    expect((await post('/jobs', SUBMISSION)).statusCode).toBe(202);
  });
});
