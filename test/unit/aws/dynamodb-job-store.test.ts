import { randomBytes } from 'node:crypto';
import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { DynamodbJobStore } from '../../../src/aws/dynamodb-job-store.ts';
import { makeJob } from '../../doubles/make-job.ts';
import {
  openAwsTables,
  reopenAwsTables,
  type AwsTables,
} from '../../conformance/open-aws-tables.ts';
import { startHttpServer } from '../storage/start-http-server.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('a job store in DynamoDB', () => {
  it('compresses a long job, and no other', async () => {
    const { store, ...tables } = await openAwsTables();
    const long = makeJob({ uniqueId: 'long', log: 'frame= 1 fps= 25\n'.repeat(100_000) });
    await store.create(long);
    await store.create(makeJob({ uniqueId: 'short' }));
    expect(await store.get('long')).toEqual(long);
    expect((await storedItem(tables, 'long'))?.['body']?.B?.length).toBeLessThan(20_000);
    expect((await storedItem(tables, 'short'))?.['body']?.S).toContain('short');
  });

  it('refuses a job that DynamoDB has no room for, and says how large it is', async () => {
    const { store } = await openAwsTables();
    const small = makeJob({ uniqueId: 'grown' });
    await store.create(small);
    const log = randomBytes(500_000).toString('base64');
    const refusal = { code: 'TOO_LARGE', message: expect.stringMatching(/\b5\d{5} bytes/u) };
    await expect(store.create(makeJob({ uniqueId: 'huge', log }))).rejects.toMatchObject(refusal);
    await expect(store.replace({ ...small, version: 2, log }, 1)).rejects.toMatchObject(refusal);
    expect(await store.get('huge')).toBeUndefined();
    expect(await store.get('grown')).toEqual(small);
  });

  it('lists jobs that are too large for one answer, in pages that are not too large', async () => {
    const { store } = await openAwsTables();
    const start = Date.UTC(2026, 10, 20);
    const created = Array.from({ length: 30 }, (_, n) => {
      const log = randomBytes(210_000).toString('base64');
      return makeJob({ uniqueId: `job-${n}`, log }, start + Math.floor(n / 10) * DAY_MS + n);
    });
    for (const job of created) await store.create(job);
    expect((await store.open()).cursor).toBeDefined();

    const first = await store.recent({ limit: 30 });
    expect(first.jobs).toEqual(created.slice(10).toReversed());
    const second = await store.recent({ limit: 30, cursor: first.cursor ?? '' });
    expect(second.jobs).toEqual(created.slice(0, 10).toReversed());
    expect(second.cursor).toBeUndefined();
  });

  it('takes a job as created and replaced when the answers were lost', async () => {
    const { endpoint } = await openAwsTables();
    const lost: string[] = [];
    const line = await startHttpServer((request, response) => {
      const call = String(request.headers['x-amz-target']);
      const isLost = call.endsWith('.PutItem') && lost.length % 2 === 0;
      if (call.endsWith('.PutItem')) lost.push(call);
      relay(request, response, { endpoint, isLost });
    });
    const { store } = reopenAwsTables(line.url);
    const job = makeJob({ uniqueId: 'lucky', changeIds: ['first'] });
    expect(await store.create(job)).toEqual({ created: true });
    const changed = { ...job, version: 2, changeIds: ['first', 'second'] };
    expect(await store.replace(changed, 1)).toBe(true);
    expect(lost).toHaveLength(4);
    expect(await store.get('lucky')).toEqual(changed);
    const ofAnother = { ...changed, changeIds: ['first', 'another'] };
    expect(await store.replace(ofAnother, 1)).toBe(false);
  });

  it('lists what the index still has, but is so no more, neither as open nor in a state', async () => {
    const { store, ...tables } = await openAwsTables();
    await store.create(makeJob({ uniqueId: 'ended' }));
    const item = (await storedItem(tables, 'ended')) ?? {};
    const body = JSON.stringify(makeJob({ uniqueId: 'ended', jobState: 'FINISHED' }));
    const client = await tables.clients.dynamodb();
    await client.send(
      new PutItemCommand({ TableName: tables.jobs, Item: { ...item, body: { S: body } } }),
    );
    expect(await store.open()).toEqual({ jobs: [], unreadable: [] });
    expect((await store.recent({ state: 'PENDING', limit: 10 })).jobs).toEqual([]);
    expect((await store.recent({ limit: 10 })).jobs).toHaveLength(1);
  });

  it('lists recent jobs over many days, a page across midnight', async () => {
    const { store } = await openAwsTables();
    const start = Date.UTC(2026, 10, 20, 23, 59);
    const days = [0, 1, 2, 40];
    for (const day of days) {
      await store.create(makeJob({ uniqueId: `day-${day}` }, start + day * DAY_MS));
      await store.create(makeJob({ uniqueId: `night-${day}` }, start + day * DAY_MS + 120_000));
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.recent({ limit: 3, ...(cursor !== undefined && { cursor }) });
      seen.push(...page.jobs.map(({ uniqueId }) => uniqueId));
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(seen).toEqual(days.toReversed().flatMap((day) => [`night-${day}`, `day-${day}`]));
  });

  it('gets over days of which all jobs are damaged', async () => {
    const { store, ...tables } = await openAwsTables();
    const start = Date.UTC(2026, 10, 20);
    const days = [0, 1, 2, 3, 4];
    for (const day of days) {
      await store.create(makeJob({ uniqueId: `day-${day}` }, start + day * DAY_MS));
    }
    const client = await tables.clients.dynamodb();
    for (const id of ['day-4', 'day-2', 'day-1']) {
      const item = (await storedItem(tables, id)) ?? {};
      // As one that is compressed: it is not.
      const Item = { ...item, body: { B: Buffer.from('damaged') } };
      await client.send(new PutItemCommand({ TableName: tables.jobs, Item }));
    }
    for (const limit of [1, 2, 3]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.recent({ limit, ...(cursor !== undefined && { cursor }) });
        seen.push(...page.jobs.map(({ uniqueId }) => uniqueId));
        seen.push(...page.unreadable.map(({ id, reason }) => `${id}: ${reason}`));
        ({ cursor } = page);
      } while (cursor !== undefined && seen.length <= days.length);
      const damaged = (day: number) => `day-${day}: it cannot be decompressed`;
      expect(seen.toSorted()).toEqual(['day-0', damaged(1), damaged(2), 'day-3', damaged(4)]);
    }
  });

  it('lists jobs that are created after another process wiped the store', async () => {
    const { store, endpoint } = await openAwsTables();
    const other = reopenAwsTables(endpoint).store;
    const [old, now] = [Date.now() - 30 * DAY_MS, Date.now()];
    await store.create(makeJob({ uniqueId: 'old' }, old));
    await store.create(makeJob({ uniqueId: 'before' }, now));
    expect(await other.wipe()).toBe(2);
    await store.create(makeJob({ uniqueId: 'after' }, now));
    const { jobs } = await store.recent({ limit: 10 });
    expect(jobs.map(({ uniqueId }) => uniqueId)).toEqual(['after']);
  });

  it('is unavailable without its table, and says which', async () => {
    const { clients } = await openAwsTables();
    const store = new DynamodbJobStore({ clients, table: 'elsewhere' });
    const refusal = { code: 'UNAVAILABLE', message: expect.stringContaining('table elsewhere') };
    await expect(store.ping()).rejects.toMatchObject(refusal);
    await expect(store.open()).rejects.toMatchObject(refusal);
    await expect(store.create(makeJob())).rejects.toMatchObject(refusal);
  });
});

describe('node states in DynamoDB', () => {
  it('leave out what is no heartbeat', async () => {
    const { nodeStates, nodes, clients } = await openAwsTables();
    const client = await clients.dynamodb();
    for (const id of ['#launches', 'of an older release']) {
      await client.send(new UpdateItemCommand({ TableName: nodes, Key: { node_id: { S: id } } }));
    }
    expect(await nodeStates.list()).toEqual([]);
  });
});

async function storedItem({ clients, jobs }: Pick<AwsTables, 'clients' | 'jobs'>, id: string) {
  const client = await clients.dynamodb();
  const key = { unique_id: { S: id } };
  return (await client.send(new GetItemCommand({ TableName: jobs, Key: key }))).Item;
}

/** Hands a request on; where the answer is lost, the work is done all the same. */
function relay(
  request: IncomingMessage,
  response: ServerResponse,
  { endpoint, isLost }: { endpoint: string; isLost: boolean },
): void {
  const { method, headers } = request;
  const onward = forward(endpoint, { method, headers }, (answer) => {
    if (isLost) {
      answer.resume();
      answer.on('end', () => response.destroy());
      return;
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}
