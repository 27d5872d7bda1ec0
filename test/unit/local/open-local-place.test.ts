import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openLocalPlace } from '../../../src/local/open-local-place.ts';
import { nextJob } from '../../conformance/next-job.ts';
import {
  makeTemporaryDirectory,
  openTemporaryPlace,
} from '../../conformance/open-temporary-place.ts';

const FILE = 'media-nommer.sqlite';

it('makes a data directory that only its owner can read', async () => {
  const dataDir = join(await makeTemporaryDirectory(), 'deep', 'data');
  const place = await openTemporaryPlace({ dataDir });
  await place.store.create(nextJob('job'));
  await place.newJobs.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 });
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  const names = await readdir(dataDir);
  expect(names).toContain(FILE);
  for (const name of names) {
    const wanted = name === 'logs' ? 0o700 : 0o600;
    expect.soft((await stat(join(dataDir, name))).mode & 0o777, name).toBe(wanted);
  }
});

it('leaves the mode of a directory that was there', async () => {
  const dataDir = await makeTemporaryDirectory();
  await chmod(dataDir, 0o750);
  await openTemporaryPlace({ dataDir });
  expect((await stat(dataDir)).mode & 0o777).toBe(0o750);
});

it('keeps everything for the next who opens it', async () => {
  const dataDir = await makeTemporaryDirectory();
  const first = await openLocalPlace({ dataDir });
  const job = nextJob('job');
  await first.store.create(job);
  await first.newJobs.send('message');
  await first.close();

  const second = await openTemporaryPlace({ dataDir });
  expect(await second.store.get('job')).toEqual(job);
  const [message] = await second.newJobs.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 });
  expect(message?.body).toBe('message');
});

it('opens for many at once, also when it is new', async () => {
  const dataDir = await makeTemporaryDirectory();
  const places = await Promise.all(
    Array.from({ length: 5 }, () => openTemporaryPlace({ dataDir })),
  );
  await Promise.all(places.map(({ store }, n) => store.create(nextJob(`job-${n}`))));
  for (const { store } of places) {
    expect((await store.recent({ limit: 10 })).jobs).toHaveLength(5);
  }
});

it('shares nothing between two data directories, nor between two queues', async () => {
  const one = await openTemporaryPlace();
  const other = await openTemporaryPlace();
  await one.store.create(nextJob('job'));
  await one.newJobs.send('message');
  const request = { max: 1, waitSeconds: 0, visibilitySeconds: 1 };
  expect(await other.store.get('job')).toBeUndefined();
  expect(await other.newJobs.receive(request)).toEqual([]);
  expect(await one.stateChanges.receive(request)).toEqual([]);

  const [message] = await one.newJobs.receive({ ...request, visibilitySeconds: 60 });
  await one.stateChanges.remove(message?.receipt ?? '');
  await one.stateChanges.wipe();
  expect(await one.newJobs.depth()).toMatchObject({ inFlight: 1 });
});

it('says so when a newer media-nommer has written the file', async () => {
  const { dataDir } = await openTemporaryPlace();
  const newer = new DatabaseSync(join(dataDir, FILE));
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  await expect(openLocalPlace({ dataDir })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    retryable: false,
    message: expect.stringMatching(/newer media-nommer: it has schema 99/),
  });
});

it('says so when the file is no database, and leaves it as it is', async () => {
  const dataDir = await makeTemporaryDirectory();
  await writeFile(join(dataDir, FILE), 'somebody’s notes '.repeat(100));
  const { size } = await stat(join(dataDir, FILE));
  await expect(openLocalPlace({ dataDir })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('not an SQLite database'),
  });
  expect((await stat(join(dataDir, FILE))).size).toBe(size);
});

it('says which directory it cannot use', async () => {
  const file = join(await makeTemporaryDirectory(), 'file');
  await writeFile(file, '');
  await expect(openLocalPlace({ dataDir: file })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(file),
  });
  const taken = await makeTemporaryDirectory();
  await mkdir(join(taken, FILE));
  await expect(openLocalPlace({ dataDir: taken })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

it('does not answer a ping when the file has been deleted', async () => {
  const { store, dataDir } = await openTemporaryPlace();
  await rm(dataDir, { recursive: true });
  await expect(store.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

it('does not answer a ping when the file is another one now', async () => {
  const { store, dataDir } = await openTemporaryPlace();
  await rm(join(dataDir, FILE));
  await writeFile(join(dataDir, FILE), '');
  await expect(store.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

it('commits what was begun when it closes, and takes nothing more', async () => {
  const dataDir = await makeTemporaryDirectory();
  const place = await openLocalPlace({ dataDir });
  const waiting = Promise.allSettled([
    place.newJobs.receive({ max: 1, waitSeconds: 20, visibilitySeconds: 1 }),
  ]);
  const begun = place.store.create(nextJob('begun'));
  const closed = place.close();
  expect(await begun).toEqual({ created: true });
  await closed;
  await place.close();
  const refusal = { code: 'UNAVAILABLE', message: 'The data file is closed already' };
  expect(await waiting).toMatchObject([{ status: 'rejected', reason: refusal }]);
  await expect(place.store.get('begun')).rejects.toMatchObject(refusal);
  await expect(place.store.create(nextJob('late'))).rejects.toMatchObject(refusal);
  expect(await (await openTemporaryPlace({ dataDir })).store.get('begun')).toBeDefined();
});
