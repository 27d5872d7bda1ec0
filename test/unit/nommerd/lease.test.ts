import { expect, it } from 'vitest';
import { NommerError } from '../../../src/core/errors.ts';
import { AttemptRoom, LEASE_SECONDS } from './attempt-room.ts';

const never = () => new Promise<never>(() => {});

it('keeps the lease when a renewal gets no answer: the next is made beside it', async () => {
  const room = await AttemptRoom.open();
  const { running } = await room.start();
  const replace = room.store.replace.bind(room.store);
  room.store.replace = () => {
    room.store.replace = replace;
    return never();
  };
  await room.clock.advance(2 * LEASE_SECONDS * 1000);
  expect(room.nommer.stopped).toBe(false);
  expect((await room.job()).lease?.until).toBeGreaterThan(room.clock.now());
  room.nommer.end.resolve();
  await running;
  expect((await room.job()).jobState).toBe('FINISHED');
});

it('keeps the lease and the message when the queue gives no answer once', async () => {
  const room = await AttemptRoom.open();
  const { running } = await room.start();
  const extend = room.queue.extend.bind(room.queue);
  room.queue.extend = () => {
    room.queue.extend = extend;
    return never();
  };
  await room.clock.advance(2 * LEASE_SECONDS * 1000);
  expect(room.nommer.stopped).toBe(false);
  expect(await room.queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 })).toEqual([]);
  room.nommer.end.resolve();
  await running;
});

it('counts an answer that comes late, from when it was asked for', async () => {
  const room = await AttemptRoom.open();
  const { running } = await room.start();
  const replace = room.store.replace.bind(room.store);
  room.store.replace = async (...asked) => {
    room.store.replace = () => Promise.reject(new NommerError('UNAVAILABLE', 'no store'));
    await room.clock.sleep(20_000);
    return await replace(...asked);
  };
  await room.clock.advance(31_000);
  expect(room.nommer.stopped).toBe(false);
  await room.clock.advance(2000);
  expect(room.nommer.stopped).toBe(true);
  await running;
});
