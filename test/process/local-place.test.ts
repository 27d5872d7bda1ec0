import { expect, it } from 'vitest';
import { openTemporaryPlace } from '../conformance/open-temporary-place.ts';
import { startFixture } from './local-fixtures/start-fixture.ts';

const TIMEOUT = { timeout: 60_000 };

it('gives every message to one of two processes, and exactly once', TIMEOUT, async () => {
  const { dataDir, newJobs } = await openTemporaryPlace();
  const receivers = [1, 2].map(() => startFixture('receive-messages', [dataDir, 1000]));
  const senders = ['a', 'b'].map((name) => startFixture('send-messages', [dataDir, name, 1000]));
  for (const { exited } of [...senders, ...receivers]) expect(await exited).toBe(0);

  expect(await newJobs.depth()).toEqual({ waiting: 0, delayed: 0, inFlight: 0 });
  const wanted = ['a', 'b'].flatMap((name) =>
    Array.from({ length: 1000 }, (_, n) => `1 ${name} ${n}`),
  );
  expect(receivers.flatMap(({ lines }) => lines).toSorted()).toEqual(wanted.toSorted());
});

it('loses no message when its receiver is killed', TIMEOUT, async () => {
  const { dataDir, newJobs } = await openTemporaryPlace();
  const bodies = Array.from({ length: 300 }, (_, n) => `message ${n}`);
  await Promise.all(bodies.map((body) => newJobs.send(body)));
  const receiver = startFixture('receive-messages', [dataDir, bodies.length, 50]);
  await receiver.exited;

  const { waiting, inFlight } = await newJobs.depth();
  const removed = bodies.length - waiting - inFlight;
  // Removed and not printed: at most what its four callers had in hand when it was killed.
  expect(removed - receiver.lines.length).toBeGreaterThanOrEqual(0);
  expect(removed - receiver.lines.length).toBeLessThanOrEqual(4);
  expect(inFlight).toBeLessThanOrEqual(4);
  expect(waiting).toBeGreaterThan(200);
});

it('makes two processes that change the same jobs take turns', TIMEOUT, async () => {
  const { dataDir, store } = await openTemporaryPlace();
  const rivals = ['x', 'y'].map((name) => startFixture('contend-for-jobs', [dataDir, name, 30]));
  for (const rival of rivals) expect(await rival.exited).toBe(0);

  const said = rivals.flatMap(({ lines }) => lines);
  const ids = Array.from({ length: 10 }, (_, n) => `job-${n}`);
  expect(said.filter((line) => line.startsWith('created')).toSorted()).toEqual(
    ids.map((id) => `created ${id}`),
  );
  for (const id of ids) {
    const job = await store.get(id);
    expect(job?.version).toBe(61);
    expect(job?.log.split('').toSorted().join('')).toBe('x'.repeat(30) + 'y'.repeat(30));
  }
});

it(
  'keeps every job that a writer was told it has, when the writer is killed',
  TIMEOUT,
  async () => {
    const { dataDir, store } = await openTemporaryPlace();
    const writer = startFixture('create-jobs', [dataDir]);
    await expect
      .poll(() => writer.lines.length, { timeout: 20_000, interval: 1 })
      .toBeGreaterThan(500);
    writer.kill();
    await writer.exited;

    for (const id of writer.lines) {
      expect(await store.get(id)).toMatchObject({ uniqueId: id, metadata: { id } });
    }
    expect(await store.create({ ...(await anyJob(store.get('job-1'))), uniqueId: 'next' })).toEqual(
      {
        created: true,
      },
    );
  },
);

it('wakes a receiver in another process within milliseconds', TIMEOUT, async () => {
  const { dataDir, newJobs, stateChanges } = await openTemporaryPlace();
  const echo = startFixture('echo-messages', [dataDir]);
  const roundTrip = async (body: string) => {
    const startedAt = performance.now();
    await newJobs.send(body);
    const [message] = await stateChanges.receive({
      max: 1,
      waitSeconds: 20,
      visibilitySeconds: 60,
    });
    expect(message?.body).toBe(body);
    await stateChanges.remove(message?.receipt ?? '');
    return performance.now() - startedAt;
  };
  await roundTrip('are you there');
  const times: number[] = [];
  for (let n = 0; n < 100; n += 1) times.push(await roundTrip(`message ${n}`));
  const median = times.toSorted((one, other) => one - other)[50];
  // A missed ring would take a second.
  expect(median).toBeLessThan(100);
  await roundTrip('stop');
  expect(await echo.exited).toBe(0);
});

async function anyJob<T>(found: Promise<T | undefined>): Promise<T> {
  const job = await found;
  if (job === undefined) throw new Error('the first job is gone');
  return job;
}
