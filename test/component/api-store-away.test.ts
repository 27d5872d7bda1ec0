import { afterEach, expect, it } from 'vitest';
import type { WireBatch } from '../../src/core/api-wire.ts';
import { NommerError } from '../../src/core/errors.ts';
import { openApi, SUBMISSION, type OpenApi } from './open-api.ts';

let open: OpenApi | undefined;

afterEach(() => open?.api.close());

async function post(payload: object, key?: string) {
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  if (open === undefined) throw new Error('the API is not open');
  return await open.api.inject({ method: 'POST', url: '/jobs', headers, payload });
}

it('tries no more jobs of a list than one round while the store is away', async () => {
  let calls = 0;
  const storeArrive = () => {
    calls += 1;
    return Promise.reject(new NommerError('UNAVAILABLE', 'away'));
  };
  open = await openApi({ storeArrive });
  const answer = await post(Array.from({ length: 300 }, () => SUBMISSION));
  const { jobs } = answer.json<WireBatch>();
  expect(jobs.map(({ status }) => status)).toEqual(Array.from({ length: 300 }, () => 503));
  expect(calls).toBeLessThanOrEqual(25);
});

it('says 503 within seconds where the store says nothing', { timeout: 20_000 }, async () => {
  open = await openApi({ storeArrive: () => new Promise(() => {}) });
  const began = performance.now();
  expect(await post(SUBMISSION)).toMatchObject({ statusCode: 503 });
  expect(performance.now() - began).toBeLessThan(13_000);
});

it('takes for a list every key that it takes for a job, and tells them apart', async () => {
  open = await openApi();
  const key = 'k'.repeat(255);
  const ids = async () =>
    (await post([SUBMISSION, SUBMISSION], key))
      .json<WireBatch>()
      .jobs.map((each) => ('job' in each ? each.job.unique_id : undefined));
  const first = await ids();
  expect(new Set(first).size).toBe(2);
  expect(first).not.toContain(undefined);
  expect(await ids()).toEqual(first);
});
