import { beforeEach, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { JobStateBackend } from '../../../src/core/job-state-backend.ts';
import { encodeJobMessage } from '../../../src/core/messages.ts';
import { Feeder } from '../../../src/feederd/feeder.ts';
import { JobCache } from '../../../src/feederd/job-cache.ts';
import { Reconciler } from '../../../src/feederd/reconciler.ts';
import { CloudFleet } from '../../doubles/cloud-fleet.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { MemoryJobQueue } from '../../doubles/memory-job-queue.ts';
import { MemoryJobStore } from '../../doubles/memory-job-store.ts';
import { MemoryLeadership } from '../../doubles/memory-leadership.ts';
import { MemoryNodeStates } from '../../doubles/memory-node-states.ts';
import { makeJob } from '../../doubles/make-job.ts';
import { parse } from '../conf/try-settings.ts';

it('is told of in the log once, with what to do', async () => {
  const clock = new ManualClock();
  const store = new MemoryJobStore();
  const [newJobs, stateChanges] = [new MemoryJobQueue(clock), new MemoryJobQueue(clock)];
  const queues = { newJobs, stateChanges };
  const logged: string[] = [];
  const feeder = new Feeder({
    ...queues,
    store,
    nodeStates: new MemoryNodeStates(),
    fleet: new CloudFleet(clock),
    leadership: new MemoryLeadership(),
    backend: new JobStateBackend({ ...queues, store, clock, onHintLost: () => undefined }),
    clock,
    logger: pino({}, { write: (line: string) => logged.push(line) }),
    settings: parse({}),
    identity: { self: 'this one', isGone: () => false },
    send: async () => ({ delivered: true }),
    stop: new AbortController().signal,
  });
  for (const uniqueId of ['damaged', 'good']) await store.create(makeJob({ uniqueId }));
  store.damage('damaged');
  for (let reload = 0; reload < 3; reload += 1) await feeder.cache.reload();
  expect(feeder.cache.jobs().map(({ uniqueId }) => uniqueId)).toEqual(['good']);
  const lines = logged.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toMatchObject([
    {
      level: 50,
      job_id: 'damaged',
      reason: 'it is no JSON',
      msg: expect.stringMatching(
        /cannot be read.*restore it from a backup, or delete it/,
      ) as string,
    },
  ]);
});

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
