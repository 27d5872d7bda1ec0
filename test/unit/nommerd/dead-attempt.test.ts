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
    await backend.change(JOB_ID, (job, now) => advance(job, dead, { state, leaseMs, report }, now));
  }
  await clock.advance(leaseMs);
}

const LEFT_BY_THE_FIRST = { uri: 'file:///out.mp4', jobId: JOB_ID, attempts: 1 };

describe('after an attempt whose node died', () => {
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
});
