import { describe, expect, it } from 'vitest';
import { NommerError } from '../../../src/core/errors.ts';
import { claim } from '../../../src/core/job-rules/claim.ts';
import { advance } from '../../../src/core/job-rules/hold.ts';
import type { WorkingState } from '../../../src/core/job-states.ts';
import { AttemptRoom, JOB_ID, LEASE_SECONDS, retryPolicy } from './attempt-room.ts';

/** Submits the job, and has a node take it as far as `last` and never be heard of again. */
async function dieIn(last: WorkingState, room: AttemptRoom): Promise<void> {
  const { backend, clock } = room;
  const leaseMs = LEASE_SECONDS * 1000;
  const dead = { nodeId: 'dead', attempt: 1 };
  const report = { log: '', translated: [] };
  await room.submit();
  await backend.change(JOB_ID, (job, now) =>
    claim(job, { nodeId: dead.nodeId, leaseMs, retryPolicy }, now),
  );
  const states: WorkingState[] = ['ENCODING', 'UPLOADING'];
  for (const state of states.slice(0, states.indexOf(last) + 1)) {
    const step = { state, leaseMs, report, ...(state === 'UPLOADING' && { result: MADE }) };
    await backend.change(JOB_ID, (job, now) => advance(job, dead, step, now));
  }
  await clock.advance(leaseMs);
}

const MADE = { source: null, outputs: [] };
const LEFT_BY_THE_FIRST = { uri: 'file:///out.mp4', jobId: JOB_ID, attempts: 1 };

describe('after an attempt that died or failed', () => {
  it('while it uploaded, the next one removes what is left of that', async () => {
    const room = await AttemptRoom.open();
    await dieIn('UPLOADING', room);
    const { running } = await room.takeAndStart();
    expect(room.removed).toEqual([LEFT_BY_THE_FIRST]);
    room.nommer.end.resolve();
    await running;
    expect(await room.job()).toMatchObject({ jobState: 'FINISHED', attempt: 2 });
    expect(room.removed).toHaveLength(1);
  });

  it('before it uploaded, nothing is left', async () => {
    const room = await AttemptRoom.open();
    await dieIn('ENCODING', room);
    const { running } = await room.takeAndStart();
    room.nommer.end.resolve();
    await running;
    expect(room.removed).toEqual([]);
  });

  it('in the last try, what is left goes along with the message', async () => {
    const room = await AttemptRoom.open(1);
    await dieIn('UPLOADING', room);
    await room.runNext();
    expect(await room.job()).toMatchObject({ jobState: 'ERROR', errorCode: 'NODE_LOST' });
    expect(room.removed).toEqual([LEFT_BY_THE_FIRST]);
    expect(await room.messages()).toBe(0);
  });

  it('the job goes on even if what is left cannot be removed', async () => {
    const room = await AttemptRoom.open();
    room.storage.removeLeftovers = () =>
      Promise.reject(new NommerError('DEST_FORBIDDEN', 'no right to look'));
    await dieIn('UPLOADING', room);
    const { running } = await room.takeAndStart();
    room.nommer.end.resolve();
    await running;
    expect(await room.job()).toMatchObject({ jobState: 'FINISHED', attempt: 2 });
  });

  it('the message of a job that has ended stays until nothing is left', async () => {
    const room = await AttemptRoom.open(1);
    const removeLeftovers = room.storage.removeLeftovers?.bind(room.storage);
    room.storage.removeLeftovers = () =>
      Promise.reject(new NommerError('DEST_UNREACHABLE', 'the bucket is away'));
    await dieIn('UPLOADING', room);
    await room.runNext();
    expect(await room.job()).toMatchObject({ jobState: 'ERROR', errorCode: 'NODE_LOST' });
    expect(await room.messages()).toBe(1);
    Object.assign(room.storage, { removeLeftovers });
    await room.clock.advance(60_000);
    await room.runNext();
    expect(room.removed).toEqual([LEFT_BY_THE_FIRST]);
    expect(await room.messages()).toBe(0);
  });

  it('what an upload left that failed for good is removed, too', async () => {
    const room = await AttemptRoom.open();
    room.storage.upload = () => Promise.reject(new NommerError('DEST_FORBIDDEN', 'no right'));
    const { running } = await room.start();
    room.nommer.end.resolve();
    await running;
    expect(await room.job()).toMatchObject({ jobState: 'ERROR', errorCode: 'DEST_FORBIDDEN' });
    expect(room.removed).toEqual([LEFT_BY_THE_FIRST]);
    expect(await room.messages()).toBe(0);
  });

  it('its message does not stay for ever', async () => {
    const room = await AttemptRoom.open(1);
    room.storage.removeLeftovers = () =>
      Promise.reject(new NommerError('DEST_UNREACHABLE', 'the bucket is away'));
    await dieIn('UPLOADING', room);
    for (let count = 1; count <= 20; count += 1) {
      expect(await room.messages()).toBe(1);
      await room.runNext();
      await room.clock.advance(60_000);
    }
    expect(await room.messages()).toBe(0);
  });

  it('when it had published, its output is taken as it is', async () => {
    const room = await AttemptRoom.open();
    room.storage.stat = async () => ({ bytes: 1, publishedBy: { jobId: JOB_ID, attempt: 1 } });
    await dieIn('UPLOADING', room);
    await room.runNext();
    expect(await room.job()).toMatchObject({ jobState: 'FINISHED', attempt: 2, result: MADE });
    expect(room.published).toEqual([]);
    expect(await room.messages()).toBe(0);
  });

  it.each([
    ['by nobody known', null],
    ['by another job', { jobId: 'another', attempt: 1 }],
    ['by a retry before this one', { jobId: JOB_ID, attempt: 7 }],
  ])('an output that was published %s is made anew', async (_whose, publishedBy) => {
    const room = await AttemptRoom.open();
    room.storage.stat = async () => ({ bytes: 1, publishedBy });
    await dieIn('UPLOADING', room);
    const { running } = await room.takeAndStart();
    room.nommer.end.resolve();
    await running;
    expect(room.published).toEqual(['file:///out.mp4']);
  });

  it('the output is made anew where nobody may look for it', async () => {
    const room = await AttemptRoom.open();
    room.storage.stat = () => Promise.reject(new NommerError('SOURCE_FORBIDDEN', 'no right'));
    await dieIn('UPLOADING', room);
    const { running } = await room.takeAndStart();
    room.nommer.end.resolve();
    await running;
    expect((await room.job()).jobState).toBe('FINISHED');
  });

  it('its end changes nothing when it comes too late, and its message stays for the others', async () => {
    const room = await AttemptRoom.open();
    const publish = room.storage.upload.bind(room.storage);
    room.storage.upload = async (...of) => {
      await publish(...of);
      // It stands still, and goes on when another node has the job.
      const { version, ...job } = await room.job();
      await room.store.replace({ ...job, lease: null, version: version + 1 }, version);
      await room.backend.change(JOB_ID, (stored, now) =>
        claim(stored, { nodeId: 'node-2', leaseMs: LEASE_SECONDS * 1000, retryPolicy }, now),
      );
    };
    const { running } = await room.start();
    room.nommer.end.resolve();
    await running;
    expect(room.published).toHaveLength(1);
    expect(await room.job()).toMatchObject({
      jobState: 'DOWNLOADING',
      lease: { nodeId: 'node-2' },
    });
    expect(await room.messages()).toBe(1);
    // Nor is it there for others before its time.
    expect(await room.queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 })).toEqual([]);
  });
});
