import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { NommerError } from '../../../src/core/errors.ts';
import { cancel } from '../../../src/core/job-rules/operate.ts';
import { claim } from '../../../src/core/job-rules/claim.ts';
import { runAttempt } from '../../../src/nommerd/run-attempt.ts';
import { takeJob } from '../../../src/nommerd/take-job.ts';
import { AttemptRoom, JOB_ID, LEASE_SECONDS, retryPolicy } from './attempt-room.ts';
import { NO_PROGRESS } from './held-nommer.ts';

describe('an attempt', () => {
  it('passes through all states, publishes once and removes its message', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    expect((await room.job()).jobState).toBe('ENCODING');
    room.nommer.end.resolve();
    await running;

    const done = await room.job();
    expect(done.jobState).toBe('FINISHED');
    expect(done.timings.map(({ state }) => state)).toEqual([
      'PENDING',
      'DOWNLOADING',
      'ENCODING',
      'UPLOADING',
      'FINISHED',
    ]);
    expect(room.published).toEqual(['file:///out.mp4']);
    expect(await room.messages()).toBe(0);
    expect(await readdir(room.workDir, { recursive: true })).toHaveLength(1);
  });

  it('keeps its lease and its message for as long as it works', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    await room.clock.advance(10 * LEASE_SECONDS * 1000);
    const held = await room.job();
    expect(held.lease?.until).toBeGreaterThan(room.clock.now());
    expect(await room.queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 })).toEqual([]);
    expect(room.nommer.stopped).toBe(false);
    room.nommer.end.resolve();
    await running;
    expect((await room.job()).attempt).toBe(1);
  });

  it('stores progress soon after it is made', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    const request = await room.nommer.started.promise;
    request.onProgress({ ...NO_PROGRESS, percent: 42 });
    await room.clock.advance(1000);
    expect((await room.job()).progress?.percent).toBe(42);
    room.nommer.end.resolve();
    await running;
    expect((await room.job()).progress).toBeNull();
  });

  it('gives the job up before its lease ends when the store cannot be reached', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    const stored = await room.job();
    const replace = room.store.replace.bind(room.store);
    room.store.replace = () => Promise.reject(new NommerError('UNAVAILABLE', 'no store'));
    await room.clock.advance(LEASE_SECONDS * 1000 - 1);
    expect(room.nommer.stopped).toBe(true);
    await running;
    room.store.replace = replace;
    expect((await room.job()).attempt).toBe(stored.attempt);
    expect(room.published).toEqual([]);
    expect(await room.messages()).toBe(1);
  });

  it('changes nothing once another node has taken the job', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    const stolen = await room.job();
    await room.store.replace(
      { ...stolen, lease: null, version: stolen.version + 1 },
      stolen.version,
    );
    await room.backend.change(JOB_ID, (stored, now) =>
      claim(stored, { nodeId: 'node-2', leaseMs: LEASE_SECONDS * 1000, retryPolicy }, now),
    );
    await room.clock.advance(5000);
    await running;
    expect(room.nommer.stopped).toBe(true);
    expect(room.published).toEqual([]);
    expect((await room.job()).lease?.nodeId).toBe('node-2');
  });

  it('does not publish when the job was lost in the very last moment', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    const stolen = await room.job();
    await room.store.replace(
      { ...stolen, lease: null, version: stolen.version + 1 },
      stolen.version,
    );
    await room.backend.change(JOB_ID, (stored, now) =>
      claim(stored, { nodeId: 'node-2', leaseMs: LEASE_SECONDS * 1000, retryPolicy }, now),
    );
    room.nommer.end.resolve();
    await running;
    expect(room.published).toEqual([]);
    expect((await room.job()).jobState).toBe('DOWNLOADING');
  });

  it('stops soon after the job is cancelled', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    await room.backend.change(JOB_ID, cancel);
    await room.clock.advance(5000);
    await running;
    expect((await room.job()).jobState).toBe('CANCELLED');
    expect(room.nommer.stopped).toBe(true);
    expect(await room.messages()).toBe(0);
  });

  it('hands the job back at once, and not as a failure, when the node drops its work', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    room.abort.abort();
    await running;
    const back = await room.job();
    expect(back).toMatchObject({ jobState: 'PENDING', failures: 0, lease: null });
    const [message] = await room.queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 });
    expect(message?.receiveCount).toBe(2);
  });

  it('waits before the next try after an error that may pass', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    room.nommer.end.reject(new NommerError('ENCODE_CRASHED', 'ffmpeg died'));
    await running;
    const waiting = await room.job();
    expect(waiting).toMatchObject({
      jobState: 'PENDING',
      failures: 1,
      errorCode: 'ENCODE_CRASHED',
    });
    expect(waiting.notBefore).toBe(room.clock.now() + retryPolicy.backOffMs);
    expect(await room.queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 })).toEqual([]);
    await room.clock.advance(retryPolicy.backOffMs);
    expect(await room.queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 })).toHaveLength(
      1,
    );
  });

  it('leaves a job whose nommer it does not have to other nodes', async () => {
    const room = await AttemptRoom.open();
    await room.submit();
    const request = { max: 1, waitSeconds: 0, visibilitySeconds: LEASE_SECONDS };
    const [message] = await room.queue.receive(request);
    const taken = message && (await takeJob(message, room.parts));
    if (taken === undefined) throw new Error('not taken');
    await runAttempt(taken, { ...room.parts, nommers: new Map() }, room.abort.signal);
    expect(await room.job()).toMatchObject({ jobState: 'PENDING', errorCode: 'UNKNOWN_NOMMER' });
  });

  it('ends the job at once after an error that cannot pass', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    room.nommer.end.reject(new NommerError('SOURCE_NOT_MEDIA', 'this is a letter'));
    await running;
    expect(await room.job()).toMatchObject({
      jobState: 'ERROR',
      errorCode: 'SOURCE_NOT_MEDIA',
      jobStateDetails: 'this is a letter',
    });
    expect(await room.messages()).toBe(0);
  });

  it('goes on when the store was away for a moment between two states', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    const replace = room.store.replace.bind(room.store);
    room.store.replace = () => Promise.reject(new NommerError('UNAVAILABLE', 'no store'));
    room.nommer.end.resolve();
    await room.clock.advance(3000);
    room.store.replace = replace;
    await room.clock.advance(1000);
    await running;
    expect(await room.job()).toMatchObject({ jobState: 'FINISHED', attempt: 1, failures: 0 });
  });

  it('goes on when its machine has slept, and a free slot receives the job', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    const now = room.clock.now.bind(room.clock);
    room.clock.now = () => now() + 60_000; // timers and the monotonic clock stood still
    await room.backend.enqueue(JOB_ID);
    await room.runNext();
    await room.clock.advance(6000);
    room.nommer.end.resolve();
    await running;
    expect(await room.job()).toMatchObject({ jobState: 'FINISHED', attempt: 1, failures: 0 });
  });

  it('fails the job when its end can never be stored', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    const replace = room.store.replace.bind(room.store);
    room.store.replace = (changed, version) =>
      changed.jobState === 'FINISHED'
        ? Promise.reject(new TypeError('Do not know how to serialize a BigInt'))
        : replace(changed, version);
    room.nommer.end.resolve();
    await running;
    expect(await room.job()).toMatchObject({
      jobState: 'PENDING',
      errorCode: 'INTERNAL',
      failures: 1,
    });
  });

  it('has its end recorded even if its files cannot be removed', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    room.parts.workSpace.remove = () => Promise.reject(new Error('busy'));
    room.nommer.end.resolve();
    await running;
    expect((await room.job()).jobState).toBe('FINISHED');
    expect(await room.messages()).toBe(0);
  });

  it('leaves a nommer behind that does not stop when it is told to', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    room.nommer.isDeaf = true;
    room.abort.abort();
    await room.clock.advance(10_000);
    await running;
    expect((await room.job()).jobState).toBe('PENDING');
  });

  it('records its end as soon as the store is back after a short outage', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    const replace = room.store.replace.bind(room.store);
    room.store.replace = () => Promise.reject(new NommerError('UNAVAILABLE', 'no store'));
    room.nommer.end.reject(new NommerError('SOURCE_NOT_MEDIA', 'this is a letter'));
    await room.clock.advance(3000);
    room.store.replace = replace;
    await room.clock.advance(1000);
    await running;
    expect((await room.job()).jobState).toBe('ERROR');
  });

  it('keeps its message, however often a second one about it is received', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    await room.backend.enqueue(JOB_ID);
    const { queue } = room.parts;
    let most = 0;
    for (let round = 0; round < 120; round += 1) {
      const [second] = await queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 30 });
      if (second !== undefined) {
        most = Math.max(most, second.receiveCount);
        expect(await takeJob(second, room.parts)).toBeUndefined();
      }
      await room.clock.advance(LEASE_SECONDS * 1000);
    }
    expect(most).toBeGreaterThan(40);
    expect(most).toBeLessThan(60);
    room.nommer.end.resolve();
    await running;
    expect((await room.job()).attempt).toBe(1);
  });

  it('lets its message go for a fresh one before SQS would take it away', async () => {
    const room = await AttemptRoom.open();
    const { running } = await room.start();
    const { queue } = room.parts;
    const extend = queue.extend.bind(queue);
    const since = room.clock.monotonic();
    const held: number[] = [];
    queue.extend = async (receipt, seconds) => {
      held.push(room.clock.monotonic() - since);
      await extend(receipt, seconds);
    };
    for (let minute = 0; minute < 13 * 60; minute += 1) await room.clock.advance(60_000);
    expect(Math.max(...held)).toBeLessThan(11.1 * 3_600_000);
    expect(await room.messages()).toBe(1);
    room.nommer.end.resolve();
    await running;
    expect(await room.job()).toMatchObject({ jobState: 'FINISHED', attempt: 1 });
    await room.runNext();
    expect(await room.messages()).toBe(0);
  });
});
