import { beforeEach, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { JobStateBackend } from '../../../src/core/job-state-backend.ts';
import { encodeJobMessage } from '../../../src/core/messages.ts';
import { JobCache } from '../../../src/feederd/job-cache.ts';
import { Reconciler } from '../../../src/feederd/reconciler.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { MemoryJobQueue } from '../../doubles/memory-job-queue.ts';
import { MemoryJobStore } from '../../doubles/memory-job-store.ts';
import { makeJob } from '../../doubles/make-job.ts';

describe('Reconciler and damaged jobs', () => {
  let clock: ManualClock;
  let store: MemoryJobStore;
  let queue: MemoryJobQueue;
  let backend: JobStateBackend;
  let cache: JobCache;
  let reconciler: Reconciler;
  let logged: string[];

  beforeEach(async () => {
    clock = new ManualClock();
    store = new MemoryJobStore();
    queue = new MemoryJobQueue(clock, { maxReceives: 1 });
    const stateChanges = new MemoryJobQueue(clock);
    const onHintLost = () => undefined;
    backend = new JobStateBackend({ store, newJobs: queue, stateChanges, clock, onHintLost });
    cache = new JobCache(store, () => undefined);
    logged = [];
    reconciler = new Reconciler({
      cache,
      backend,
      newJobs: queue,
      clock,
      logger: pino({}, { write: (line: string) => logged.push(line) }),
      settings: {
        jobMaxAttempts: 3,
        jobRetryBackOffSeconds: 5,
        abandonAfterSeconds: 86_400,
        leaseSeconds: 30,
      },
    });
    for (const uniqueId of ['damaged', 'good']) await backend.create(makeJob({ uniqueId }));
    await cache.reload();
    store.damage('damaged');
  });

  it('deals with all others, and with the damaged one once', async () => {
    await clock.advance(5000);
    for (let pass = 0; pass < 5; pass += 1) await reconciler.reconcile();
    expect(await backend.get('good')).toMatchObject({ queued: true });
    expect(logged.filter((line) => line.includes('could not deal with a job'))).toHaveLength(1);
    expect(cache.jobs().map(({ uniqueId }) => uniqueId)).toEqual(['good']);
  });

  it('buries all dead letters, those of damaged jobs among them', async () => {
    for (const id of ['damaged', 'good']) await queue.send(encodeJobMessage(id));
    const request = { max: 10, waitSeconds: 0, visibilitySeconds: 1 };
    await queue.receive(request);
    await clock.advance(1000);
    await queue.receive(request);
    expect(await queue.deadLetters()).toHaveLength(2);
    await reconciler.buryDeadLetters();
    expect(await queue.deadLetters()).toEqual([]);
    expect(await backend.get('good')).toMatchObject({ errorCode: 'UNDELIVERABLE' });
  });

  it('takes up a job again that was mended', async () => {
    await clock.advance(5000);
    await reconciler.reconcile();
    store.mend('damaged');
    await cache.reload();
    await reconciler.reconcile();
    expect(await backend.get('damaged')).toMatchObject({ queued: true });
  });
});
