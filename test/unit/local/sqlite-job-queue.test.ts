import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { JobQueue } from '../../../src/core/ports.ts';
import { QUEUE_QUERIES } from '../../../src/local/queue-queries.ts';
import { openTemporaryPlace } from '../../conformance/open-temporary-place.ts';

const NOW = { max: 10, waitSeconds: 0, visibilitySeconds: 60 };
const PATIENTLY = { max: 10, waitSeconds: 20, visibilitySeconds: 60 };

function openFile(dataDir: string): DatabaseSync {
  const database = new DatabaseSync(join(dataDir, 'media-nommer.sqlite'));
  onTestFinished(() => database.close());
  return database;
}

async function bodies(queue: JobQueue, request = NOW): Promise<string[]> {
  return (await queue.receive(request)).map(({ body }) => body);
}

it('hands messages out oldest first', async () => {
  const { newJobs } = await openTemporaryPlace();
  for (const body of ['a', 'b', 'c', 'd']) await newJobs.send(body);
  expect(await bodies(newJobs, { ...NOW, max: 3 })).toEqual(['a', 'b', 'c']);
  expect(await bodies(newJobs)).toEqual(['d']);
});

it('keeps NUL and every other character of a body', async () => {
  const { newJobs } = await openTemporaryPlace();
  await newJobs.send('before \0 after 😀');
  expect(await bodies(newJobs)).toEqual(['before \0 after 😀']);
});

it('leaves a message untouched when the receive is aborted at the last moment', async () => {
  const { newJobs } = await openTemporaryPlace();
  for (let n = 0; n < 50; n += 1) {
    const aborting = new AbortController();
    const receiving = newJobs.receive({ ...PATIENTLY, signal: aborting.signal });
    const sent = newJobs.send(`message ${n}`);
    for (let turns = 0; turns < n % 5; turns += 1) await nextTurn();
    aborting.abort();
    const taken = await receiving;
    await sent;
    // Either this receive has it, or it is there for the next as if nothing had been.
    const [message] = taken.length > 0 ? taken : await newJobs.receive(NOW);
    expect(message).toMatchObject({ body: `message ${n}`, receiveCount: 1 });
    await newJobs.remove(message?.receipt ?? '');
  }
});

it('takes nothing for a receive that was aborted while the file was locked', async () => {
  const { newJobs, dataDir } = await openTemporaryPlace();
  await newJobs.send('message');
  const other = openFile(dataDir);
  other.exec('BEGIN IMMEDIATE');
  const aborting = new AbortController();
  const receiving = newJobs.receive({ ...PATIENTLY, signal: aborting.signal });
  for (let turns = 0; turns < 5; turns += 1) await nextTurn();
  aborting.abort();
  other.exec('COMMIT');
  expect(await receiving).toEqual([]);
  expect(await newJobs.receive(NOW)).toMatchObject([{ body: 'message', receiveCount: 1 }]);
});

it('finds a message in time whose sender did not ring', async () => {
  const { newJobs, dataDir } = await openTemporaryPlace();
  const other = openFile(dataDir);
  const receiving = bodies(newJobs, PATIENTLY);
  await nextTurn();
  other.prepare(QUEUE_QUERIES.send).run('new-jobs', Date.now(), 'silent');
  const sentAt = performance.now();
  expect(await receiving).toEqual(['silent']);
  // It waits for 20 seconds, and looks again every second.
  expect(performance.now() - sentAt).toBeLessThan(10_000);
});

it('receives a delayed message at its moment', async () => {
  const { newJobs } = await openTemporaryPlace();
  const waits: number[] = [];
  for (let n = 0; n < 10; n += 1) {
    const receiving = bodies(newJobs, PATIENTLY);
    const sentAt = performance.now();
    await newJobs.send(`message ${n}`, 0.05);
    expect(await receiving).toEqual([`message ${n}`]);
    waits.push(performance.now() - sentAt);
  }
  // The system's clock, which counts, and this one may differ a little. Looking for delayed messages
  // once a second would make every wait a second; a busy machine makes some long.
  expect(Math.min(...waits)).toBeGreaterThan(45);
  expect(Math.min(...waits)).toBeLessThan(500);
});

it('wakes who waits in another connection, also after the bell was deleted', async () => {
  const receiver = await openTemporaryPlace();
  const sender = await openTemporaryPlace({ dataDir: receiver.dataDir });
  const startedAt = performance.now();
  for (let n = 0; n < 20; n += 1) {
    if (n === 10) await rm(join(receiver.dataDir, 'new-jobs.bell'));
    const receiving = bodies(receiver.newJobs, PATIENTLY);
    await nextTurn();
    await sender.newJobs.send(`message ${n}`);
    expect(await receiving).toEqual([`message ${n}`]);
  }
  expect(performance.now() - startedAt).toBeLessThan(5000);
});

it('minds no receipt that is none', async () => {
  const { newJobs } = await openTemporaryPlace();
  await newJobs.send('message');
  for (const receipt of ['', 'nonsense', '1', '1.0', '-1.1', "1.1'; DROP TABLE jobs; --"]) {
    await newJobs.remove(receipt);
    await newJobs.extend(receipt, 60);
    await newJobs.release(receipt);
    await newJobs.removeDeadLetter(receipt);
  }
  expect(await bodies(newJobs)).toEqual(['message']);
});

it('does not let a receipt from before a wipe act on a later message', async () => {
  const { newJobs } = await openTemporaryPlace();
  await newJobs.send('before');
  const [before] = await newJobs.receive(NOW);
  await newJobs.wipe();
  await newJobs.send('after');
  const [after] = await newJobs.receive(NOW);
  await newJobs.remove(before?.receipt ?? '');
  await newJobs.release(after?.receipt ?? '');
  expect(await bodies(newJobs)).toEqual(['after']);
});

it('does not let the last receiver of a dead letter remove it', async () => {
  const { newJobs } = await openTemporaryPlace({ maxReceives: 1 });
  await newJobs.send('poison');
  const [poison] = await newJobs.receive(NOW);
  await newJobs.release(poison?.receipt ?? '');
  expect(await bodies(newJobs)).toEqual([]);
  await newJobs.remove(poison?.receipt ?? '');
  expect(await newJobs.deadLetters()).toMatchObject([{ body: 'poison' }]);
});

it('finds a good message behind many that are to be buried', async () => {
  const { newJobs } = await openTemporaryPlace({ maxReceives: 1 });
  await Promise.all(Array.from({ length: 25 }, (_, n) => newJobs.send(`poison ${n}`)));
  const receipts: string[] = [];
  while (receipts.length < 25) {
    for (const { receipt } of await newJobs.receive(NOW)) receipts.push(receipt);
  }
  await Promise.all(receipts.map((receipt) => newJobs.release(receipt)));
  await newJobs.send('good');
  expect(await bodies(newJobs, { ...NOW, max: 2 })).toEqual(['good']);
  expect(await newJobs.deadLetters()).toHaveLength(25);
});

it.each([
  QUEUE_QUERIES.nextVisibleAt,
  QUEUE_QUERIES.visible,
  QUEUE_QUERIES.dead,
  QUEUE_QUERIES.hide,
  QUEUE_QUERIES.remove,
])('answers %j by an index, without sorting', async (sql) => {
  const { dataDir } = await openTemporaryPlace();
  const plan = openFile(dataDir).prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
  for (const { detail } of plan) expect(detail).toMatch(/^SEARCH messages USING .*\(/);
  expect(plan).toHaveLength(1);
});
