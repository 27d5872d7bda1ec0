import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../src/local/open-database.ts';
import { SharedDatabase } from '../../../src/local/shared-database.ts';
import { makeTemporaryDirectory } from '../../conformance/open-temporary-place.ts';

async function openTestDatabase() {
  const file = join(await makeTemporaryDirectory(), 'test.sqlite');
  const database = await openDatabase(file);
  onTestFinished(() => database.close());
  const insert = database.prepare('INSERT INTO node_states (node_id, body) VALUES (?, ?)');
  const put = (id: string) => database.write(() => insert.run(id, 'body').changes);
  const select = database.prepare<{ node_id: string }>('SELECT node_id FROM node_states');
  const ids = async () => (await database.read(() => select.all())).map((row) => row.node_id);
  return { file, database, insert, put, ids };
}

/** Transactions in the write-ahead log, which marks the last page of each (SQLite's file format). */
async function countCommits(file: string): Promise<number> {
  const log = await readFile(`${file}-wal`);
  const pageSize = log.readUInt32BE(8);
  let commits = 0;
  for (let frame = 32; frame < log.length; frame += 24 + pageSize) {
    if (log.readUInt32BE(frame + 4) !== 0) commits += 1;
  }
  return commits;
}

function lockedBySomebody(file: string): DatabaseSync {
  const other = new DatabaseSync(file);
  onTestFinished(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  return other;
}

it('commits acts that come together in one transaction', async () => {
  const { file, put, ids } = await openTestDatabase();
  const before = await countCommits(file);
  await Promise.all(Array.from({ length: 100 }, (_, n) => put(`node-${n}`)));
  expect((await countCommits(file)) - before).toBe(1);
  expect(await ids()).toHaveLength(100);
  await put('alone');
  expect((await countCommits(file)) - before).toBe(2);
});

it('lets a failing act fail alone, and undoes all of it', async () => {
  const { database, insert, put, ids } = await openTestDatabase();
  await put('taken');
  const results = await Promise.allSettled([
    put('first'),
    put('taken'),
    database.write(() => {
      insert.run('half', 'body');
      throw new Error('no further');
    }),
    put('last'),
  ]);
  expect(results).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'INTERNAL' } },
    { status: 'rejected', reason: { code: 'INTERNAL', cause: { message: 'no further' } } },
    { status: 'fulfilled' },
  ]);
  expect((await ids()).toSorted()).toEqual(['first', 'last', 'taken']);
});

it('waits for another process without keeping the event loop', async () => {
  const { file, put, ids } = await openTestDatabase();
  const other = lockedBySomebody(file);
  let written = 0;
  const writes = ['a', 'b'].map((id) => put(id).then(() => (written += 1)));
  // Were the thread asleep until the file is free, the writes would have failed before this is through.
  const until = performance.now() + 100;
  for (let turns = 0; turns < 100 || performance.now() < until; turns += 1) await nextTurn();
  expect(written).toBe(0);
  expect(await ids()).toEqual([]);
  other.exec('COMMIT');
  await Promise.all(writes);
  expect((await ids()).toSorted()).toEqual(['a', 'b']);
});

it(
  'gives up a lock that is never given back, and works again once it is',
  { timeout: 20_000 },
  async () => {
    const { file, put } = await openTestDatabase();
    const other = lockedBySomebody(file);
    const results = await Promise.allSettled([put('a'), put('b')]);
    for (const result of results) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { code: 'UNAVAILABLE', message: expect.stringContaining('kept it locked') },
      });
    }
    other.exec('COMMIT');
    expect(await put('a')).toBe(1);
  },
);

it('says DISK_FULL when there is no room, and works again once there is', async () => {
  const { file } = await openTestDatabase();
  const connection = new DatabaseSync(file, { timeout: 0 });
  const database = new SharedDatabase(connection);
  onTestFinished(() => database.close());
  const pages = Number(connection.prepare('PRAGMA page_count').get()?.['page_count']);
  connection.exec(`PRAGMA max_page_count = ${pages + 5}`);

  const insert = database.prepare('INSERT INTO node_states (node_id, body) VALUES (?, ?)');
  const put = (id: string, bytes: number) =>
    database.write(() => insert.run(id, 'x'.repeat(bytes)).changes);
  await expect(put('big', 1_000_000)).rejects.toMatchObject({
    code: 'DISK_FULL',
    cause: { errcode: 13 },
  });
  expect(await put('small', 10)).toBe(1);
  connection.exec('PRAGMA max_page_count = 100000');
  expect(await put('big', 1_000_000)).toBe(1);
});

it('survives a transaction that ends by itself: all its acts fail, the next ones do not', async () => {
  const { database, put, ids } = await openTestDatabase();
  const rollback = database.prepare('ROLLBACK');
  const results = await Promise.allSettled([
    put('before'),
    database.write(() => {
      rollback.run();
      throw new Error('the disk is gone');
    }),
    put('after'),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(await ids()).toEqual([]);
  expect(await put('next')).toBe(1);
});

it('waits for the disk as soon as one of the acts that share a commit must last', async () => {
  const { database, put } = await openTestDatabase();
  const level = database.prepare<{ synchronous: number }>('PRAGMA synchronous');
  const [normal, full] = [1, 2];
  const remove = database.prepare('DELETE FROM node_states WHERE node_id = ?');
  const removeRelaxed = () => database.writeRelaxed(() => remove.run('a'));
  await put('a');
  expect(level.get()?.synchronous).toBe(full);
  await removeRelaxed();
  expect(level.get()?.synchronous).toBe(normal);
  await Promise.all([removeRelaxed(), put('b'), removeRelaxed()]);
  expect(level.get()?.synchronous).toBe(full);
});
