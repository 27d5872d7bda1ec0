import { expect, it } from 'vitest';
import { NommerError, type ErrorCode } from '../../../src/core/errors.ts';
import { takeJob } from '../../../src/nommerd/take-job.ts';
import { AttemptRoom, JOB_ID, LEASE_SECONDS } from './attempt-room.ts';

const HOUR_MS = 3_600_000;

it('buries no job for an outage of the store, however long', async () => {
  const room = await AttemptRoom.open();
  await room.submit();
  const comeBack = loseStore(room, 'UNAVAILABLE');
  await receiveForAnHour(room);
  expect(await room.queue.deadLetters()).toEqual([]);

  comeBack();
  const { running } = await room.takeAndStart();
  room.nommer.end.resolve();
  await running;
  expect(await room.job()).toMatchObject({ jobState: 'FINISHED', attempt: 1 });
  expect(await room.messages()).toBe(0);
});

it('leaves the message of a damaged job to be buried, and is not held up by it', async () => {
  const room = await AttemptRoom.open();
  await room.submit();
  room.store.damage(JOB_ID);
  for (let receipt = 1; receipt <= 100; receipt += 1) {
    const request = { max: 1, waitSeconds: 0, visibilitySeconds: LEASE_SECONDS };
    const [message] = await room.queue.receive(request);
    if (message === undefined) throw new Error('the message is gone');
    expect(await takeJob(message, room.parts)).toBeUndefined();
    await room.clock.advance(LEASE_SECONDS * 1000);
  }
  expect(await room.queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 })).toEqual([]);
  expect(await room.queue.deadLetters()).toHaveLength(1);
});

it('takes a job that was mended meanwhile', async () => {
  const room = await AttemptRoom.open();
  await room.submit();
  room.store.damage(JOB_ID);
  await room.runNext();
  room.store.mend(JOB_ID);
  await room.clock.advance(LEASE_SECONDS * 1000);
  const { running } = await room.takeAndStart();
  room.nommer.end.resolve();
  await running;
  expect(await room.job()).toMatchObject({ jobState: 'FINISHED', attempt: 1 });
});

it('has a job buried that breaks the store', async () => {
  const room = await AttemptRoom.open();
  await room.submit();
  loseStore(room, 'INTERNAL');
  await receiveForAnHour(room);
  expect(await room.queue.deadLetters()).toHaveLength(1);
});

/** @returns brings it back */
function loseStore({ store }: AttemptRoom, code: ErrorCode): () => void {
  const get = store.get.bind(store);
  store.get = () => Promise.reject(new NommerError(code, 'no store'));
  return () => {
    store.get = get;
  };
}

async function receiveForAnHour(room: AttemptRoom): Promise<void> {
  const until = room.clock.now() + HOUR_MS;
  while (room.clock.now() < until) {
    const request = { max: 1, waitSeconds: 0, visibilitySeconds: LEASE_SECONDS };
    const [message] = await room.queue.receive(request);
    if (message !== undefined) await expect(takeJob(message, room.parts)).rejects.toThrow('store');
    await room.clock.advance(LEASE_SECONDS * 1000);
  }
}
