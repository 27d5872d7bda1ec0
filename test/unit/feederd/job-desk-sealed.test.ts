import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { JobStateBackend } from '../../../src/core/job-state-backend.ts';
import type { NewJob } from '../../../src/core/job-rules/submit.ts';
import { SealingJobStore } from '../../../src/core/sealing-job-store.ts';
import { JobDesk } from '../../../src/feederd/job-desk.ts';
import { makeJob } from '../../doubles/make-job.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { MemoryJobQueue } from '../../doubles/memory-job-queue.ts';
import { MemoryJobStore } from '../../doubles/memory-job-store.ts';

const newKey = () => randomBytes(32).toString('base64');

const REQUEST: NewJob = makeJob({
  sourcePath: 's3://AKIA:secret@bucket/in.mp4',
  requestHash: 'c0ffee',
});

function openDesk(behind: MemoryJobStore, keys: readonly string[]): JobDesk {
  const clock = new ManualClock();
  const queue = () => new MemoryJobQueue(clock);
  const store = new SealingJobStore(behind, keys);
  const onHintLost = () => undefined;
  const parts = { store, newJobs: queue(), stateChanges: queue(), clock, onHintLost };
  const ears = { onChanged: () => undefined, onUnqueued: () => undefined };
  return new JobDesk({ backend: new JobStateBackend(parts), clock, ...ears });
}

it('knows a repeated request again, whichever of its keys has sealed the first one', async () => {
  const behind = new MemoryJobStore();
  const [old, young] = [newKey(), newKey()];
  const { uniqueId } = await openDesk(behind, [old]).submit(REQUEST);
  const desk = openDesk(behind, [young, old]);
  expect(await desk.submit(REQUEST)).toMatchObject({ uniqueId, requestHash: 'c0ffee' });
  const other = desk.submit({ ...REQUEST, requestHash: 'another' });
  await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
});

it('takes no repeated request for another one only because it cannot read the first', async () => {
  const behind = new MemoryJobStore();
  await openDesk(behind, [newKey()]).submit(REQUEST);
  const again = openDesk(behind, [newKey()]).submit(REQUEST);
  await expect(again).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
});
