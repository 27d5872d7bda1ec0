import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiTokens } from '../../src/conf/api-tokens.ts';
import type { WireHistory, WireJobPage } from '../../src/core/api-wire.ts';
import type { EncodingJob } from '../../src/core/job.ts';
import { StatsHistory } from '../../src/feederd/stats-history.ts';
import { makeJob, NOW } from '../doubles/make-job.ts';
import { openApi, type OpenApi } from './open-api.ts';

const OPS = 'ops-token-0123456789';
const SHOP = 'shop-token-0123456789';

let open: OpenApi;
let reads: number;
const history = new StatsHistory();

beforeEach(async () => {
  reads = 0;
  open = await openApi({
    history,
    settings: {
      apiTokens: apiTokens.schema.parse([
        { name: 'ops', token: OPS },
        { name: 'shop', token: SHOP, onlyOwn: true },
      ]),
    },
    storeArrive: () => {
      reads += 1;
      return Promise.resolve();
    },
  });
});

afterEach(() => open.api.close());

let count = 0;
async function add(patch: Partial<EncodingJob>): Promise<string> {
  count += 1;
  const uniqueId = patch.uniqueId ?? `job-${count}`;
  await open.backend.store.create(makeJob({ createdAt: NOW + count, ...patch, uniqueId }));
  return uniqueId;
}

async function list(query: Record<string, string>, token = OPS): Promise<WireJobPage> {
  const url = `/jobs?${new URLSearchParams(query).toString()}`;
  const answer = await open.api.inject({ url, headers: { authorization: `Bearer ${token}` } });
  return answer.json();
}

const idsOf = ({ jobs }: WireJobPage) => jobs.map((job) => job.unique_id);

describe('a search for jobs', () => {
  it('finds them by id, paths and metadata, in the state that is asked for', async () => {
    const byId = await add({ uniqueId: 'cafe0123' });
    const bySource = await add({ sourcePath: 'file:///media/Some%20Holiday.MOV' });
    const byDest = await add({ destPath: 's3://films/holiday.mp4', jobState: 'FINISHED' });
    const byMetadata = await add({ metadata: { customer: 'Café Müller' } });
    expect(idsOf(await list({ q: 'CAFE01' }))).toEqual([byId]);
    expect(idsOf(await list({ q: 'holiday' }))).toEqual([byDest, bySource]);
    expect(idsOf(await list({ q: 'some holiday' }))).toEqual([bySource]);
    expect(idsOf(await list({ q: 'holiday', state: 'FINISHED' }))).toEqual([byDest]);
    expect(idsOf(await list({ q: 'müller' }))).toEqual([byMetadata]);
    expect(idsOf(await list({ q: ' ' }))).toHaveLength(4);
    expect(idsOf(await list({ q: 'nothing like it' }))).toEqual([]);
  });

  it('never finds a secret', async () => {
    await add({
      sourcePath: 's3://AKIAEXAMPLE:s3cr3t/of+forty@films/in.mov',
      destPath: 'https://user:passw0rd@example.org/out.mp4?sig=signature1',
      metadata: { callback: 'https://example.org/?token=t0ken' },
    });
    for (const q of ['s3cr3t', 'AKIAEXAMPLE', 'passw0rd', 'signature1', 't0ken']) {
      expect([q, idsOf(await list({ q }))]).toEqual([q, []]);
    }
    expect(idsOf(await list({ q: 'films/in.mov' }))).toHaveLength(1);
  });

  it('passes none over from page to page', async () => {
    const wanted: string[] = [];
    for (let index = 0; index < 90; index += 1) {
      const isWanted = index % 3 === 0;
      const id = await add(isWanted ? { metadata: { name: 'needle' } } : {});
      if (isWanted) wanted.unshift(id);
    }
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ q: 'needle', limit: '7', ...(cursor !== undefined && { cursor }) });
      expect(page.jobs.length).toBeLessThanOrEqual(7);
      found.push(...idsOf(page));
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(found).toEqual(wanted);
  });

  it('looks through so many jobs for one answer, and goes on in the next', async () => {
    const oldest = await add({ metadata: { name: 'needle' } });
    for (let index = 0; index < 2300; index += 1) await add({});
    reads = 0;
    const first = await list({ q: 'needle', limit: '500' });
    expect(first.jobs).toEqual([]);
    expect(reads).toBe(4);
    const second = await list({ q: 'needle', limit: '500', cursor: first.cursor ?? '' });
    expect(idsOf(second)).toEqual([oldest]);
  });

  it('shows a token that sees only its own jobs no others', async () => {
    await add({ submitter: 'ops' });
    const own = await add({ submitter: 'shop' });
    expect(idsOf(await list({ q: 'media' }, SHOP))).toEqual([own]);
  });

  it('refuses what is no text to search for', async () => {
    expect(await list({ q: 'x'.repeat(201) })).toMatchObject({ error_code: 'BADINPUT' });
  });
});

describe('the history', () => {
  it('is given from the start, then what is new; and not to who sees only its own jobs', async () => {
    const depth = { waiting: 1, delayed: 0, inFlight: 0 };
    for (const at of [NOW, NOW + 15_000]) history.take({ jobs: [], depth, nodes: [] }, at);
    const headers = { authorization: `Bearer ${OPS}` };
    const all = (await open.api.inject({ url: '/stats/history', headers })).json<WireHistory>();
    expect(all).toMatchObject({ interval_seconds: 15, queue: [1, 1], finished: [0, 0] });
    const url = `/stats/history?after=${all.at[0]}`;
    const fresh = (await open.api.inject({ url, headers })).json<WireHistory>();
    expect(fresh.at).toEqual(all.at.slice(1));
    const wrong = await open.api.inject({ url: '/stats/history?after=yesterday', headers });
    expect(wrong.json()).toMatchObject({ error_code: 'BADINPUT' });
    const own = { authorization: `Bearer ${SHOP}` };
    const refused = await open.api.inject({ url: '/stats/history', headers: own });
    expect(refused.json()).toMatchObject({ error_code: 'FORBIDDEN' });
  });
});
