import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiTokens } from '../../src/conf/api-tokens.ts';
import type { WireBatch, WireJobPage, WireNode, WireStats } from '../../src/core/api-wire.ts';
import type { WireJob } from '../../src/core/job-wire.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

const TOKENS = {
  ann: 'token-of-ann-0123456789',
  ben: 'token-of-ben-0123456789',
  ops: 'token-of-ops-0123456789',
} as const;
type Name = keyof typeof TOKENS;

let open: OpenApi;

beforeEach(async () => {
  open = await openApi({
    settings: {
      apiTokens: apiTokens.schema.parse([
        { name: 'ann', token: TOKENS.ann, onlyOwn: true },
        { name: 'ben', token: TOKENS.ben, onlyOwn: true },
        { name: 'ops', token: TOKENS.ops },
      ]),
    },
  });
});

afterEach(() => open.api.close());

const headersOf = (name: Name) => ({ authorization: `Bearer ${TOKENS[name]}` });

async function call<Answer = { error_code?: string }>(
  name: Name,
  method: 'GET' | 'POST',
  url: string,
  payload?: object,
): Promise<Answer> {
  const headers = headersOf(name);
  const answer = await open.api.inject({ method, url, headers, ...(payload && { payload }) });
  return answer.json();
}

const submit = (name: Name, more: object = {}) =>
  call<WireJob & { error_code?: string }>(name, 'POST', '/jobs', { ...SUBMISSION, ...more });

const idsOf = ({ jobs }: { jobs: readonly WireJob[] }) => jobs.map((job) => job.unique_id);

describe('a token that sees only its own jobs', () => {
  it('is told that others are not there, whatever it asks, just as of those that never were', async () => {
    const { unique_id: id } = await submit('ann');
    const calls = [
      ['GET', '/jobs/ID'],
      ['GET', '/jobs/ID/log'],
      ['GET', '/jobs/ID/events'],
      ['POST', '/jobs/ID/cancel'],
      ['POST', '/jobs/ID/retry'],
      ['POST', '/jobs/ID/notifications/n/redeliver'],
      ['POST', '/job/status/', 'job_id'],
      ['POST', '/job/cancel/', 'job_id'],
    ] as const;
    for (const [method, path, field] of calls) {
      const answers = [id, '0'.repeat(32)].map(async (each) => {
        const payload = field && { [field]: each };
        const answer = await call('ben', method, path.replace('ID', each), payload);
        return JSON.stringify(answer).replaceAll(each, 'ID');
      });
      const [others, nobodys] = await Promise.all(answers);
      expect(others).toContain('"error_code":"UNKNOWN_JOB"');
      expect(others).toBe(nobodys);
    }
    expect(await open.backend.get(id)).toMatchObject({ jobState: 'PENDING', submitter: 'ann' });
  });

  it('sees, cancels and retries its own, as a token without that bound does with all', async () => {
    for (const name of ['ann', 'ops'] as const) {
      const { unique_id: id } = await submit('ann');
      expect(await call(name, 'GET', `/jobs/${id}`)).toMatchObject({ unique_id: id });
      const old = await call(name, 'POST', '/job/status', { job_id: id });
      expect(old).toMatchObject({ success: true, job: { unique_id: id } });
      const cancelled = await call(name, 'POST', `/jobs/${id}/cancel`);
      expect(cancelled).toMatchObject({ job_state: 'CANCELLED' });
      const retried = await call(name, 'POST', `/jobs/${id}/retry`);
      expect(retried).toMatchObject({ job_state: 'PENDING' });
    }
  });

  it('lists its own in both families, page by page, however many others there are', async () => {
    const own: string[] = [];
    for (let n = 0; n < 60; n += 1) {
      const { unique_id: id } = await submit(n % 20 === 0 ? 'ben' : 'ann');
      if (n % 20 === 0) own.unshift(id);
    }
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const query: string = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await call<WireJobPage>('ben', 'GET', `/jobs?limit=1${query}`);
      listed.push(...idsOf(page));
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(listed.toSorted()).toEqual(own.toSorted());
    const old = await call<WireJobPage>('ben', 'POST', '/job/list', { limit: 500 });
    expect(idsOf(old).toSorted()).toEqual(own.toSorted());
    expect(idsOf(await call<WireJobPage>('ops', 'GET', '/jobs?limit=500'))).toHaveLength(60);
  });

  it('learns nothing of others from figures and nodes', async () => {
    const { unique_id: id } = await submit('ann');
    const { unique_id: own } = await submit('ben');
    await open.nodeStates.report({
      nodeId: 'node-1',
      condition: 'ACTIVE',
      slots: 2,
      fromFleet: true,
      activeJobs: [id, own].map((uniqueId) => ({ uniqueId, attempt: 1, progress: null })),
      startedAt: 1,
      reportedAt: 2,
      versions: {},
    });
    await open.desk.cancel(own);
    await open.desk.retry(own);
    const { nodes } = await call<{ nodes: WireNode[] }>('ben', 'GET', '/nodes');
    expect(nodes[0]?.active_jobs).toEqual([{ unique_id: own, attempt: 1 }]);
    const stats = await call<WireStats>('ben', 'GET', '/stats');
    expect(stats.jobs).toMatchObject({ PENDING: 1 });
    expect((await call<WireStats>('ops', 'GET', '/stats')).jobs).toMatchObject({ PENDING: 2 });
  });

  it('hears only of its own, of those that are there and of those that come', async () => {
    const url = await open.api.listen({ host: '127.0.0.1', port: 0 });
    const { unique_id: first } = await submit('ann');
    const { unique_id: own } = await submit('ben');
    const stop = new AbortController();
    const answer = await fetch(`${url}/events`, { headers: headersOf('ben'), signal: stop.signal });
    let heard = '';
    const reading = (async () => {
      for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        heard += chunk;
        if (heard.includes('"job_state":"CANCELLED"')) return;
      }
    })();
    const { unique_id: second } = await submit('ann');
    await open.desk.cancel(second);
    await open.desk.cancel(own);
    await reading;
    stop.abort();
    expect(heard).toContain(own);
    expect(heard).not.toMatch(new RegExp(`${first}|${second}`));
  });
});

describe('an idempotency key', () => {
  it('is each token’s own: the same one of another is another job', async () => {
    const more = { idempotency_key: 'upload-7', metadata: { secret: 'of ann' } };
    const ann = await submit('ann', more);
    expect((await submit('ann', more)).unique_id).toBe(ann.unique_id);
    // Neither another's job nor the hint that there is one.
    const ben = await submit('ben', { ...more, metadata: {} });
    expect(ben).toMatchObject({ job_state: 'PENDING', metadata: {} });
    expect(ben.unique_id).not.toBe(ann.unique_id);
    expect((await submit('ops', more)).unique_id).not.toBe(ann.unique_id);
    expect((await submit('ann', { ...more, metadata: {} })).error_code).toBe(
      'IDEMPOTENCY_MISMATCH',
    );
  });

  it('of a list is each token’s own, too', async () => {
    const list = (name: Name) =>
      open.api
        .inject({
          method: 'POST',
          url: '/jobs',
          headers: { ...headersOf(name), 'idempotency-key': 'k' },
          payload: [SUBMISSION, SUBMISSION],
        })
        .then((answer) => answer.json<WireBatch>().jobs.map((each) => 'job' in each && each.job))
        .then((jobs) => jobs.map((job) => job && job.unique_id));
    const [ann, again, ben] = [await list('ann'), await list('ann'), await list('ben')];
    expect(again).toEqual(ann);
    expect(new Set([...ann, ...ben]).size).toBe(4);
  });
});
