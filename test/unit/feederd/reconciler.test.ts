import { beforeEach, describe, expect, it } from 'vitest';
import { cancel } from '../../../src/core/job-rules/operate.ts';
import { advance, renew } from '../../../src/core/job-rules/hold.ts';
import { claim } from '../../../src/core/job-rules/claim.ts';
import { recordDelivery } from '../../../src/core/job-rules/notifications.ts';
import { JobStateBackend } from '../../../src/core/job-state-backend.ts';
import { NommerError } from '../../../src/core/errors.ts';
import { createLogger } from '../../../src/daemon/logger.ts';
import { JobCache } from '../../../src/feederd/job-cache.ts';
import { Reconciler } from '../../../src/feederd/reconciler.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { MemoryJobQueue } from '../../doubles/memory-job-queue.ts';
import { MemoryJobStore } from '../../doubles/memory-job-store.ts';
import { makeJob } from '../../doubles/make-job.ts';

const DAY_SECONDS = 86_400;
const retryPolicy = { maxFailures: 3, backOffMs: 5000, maxBackOffMs: 60_000 };

describe('Reconciler', () => {
  let clock: ManualClock;
  let store: MemoryJobStore;
  let queue: MemoryJobQueue;
  let backend: JobStateBackend;
  let cache: JobCache;
  let reconciler: Reconciler;

  beforeEach(() => {
    clock = new ManualClock();
    store = new MemoryJobStore();
    queue = new MemoryJobQueue(clock, { maxReceives: 100 });
    const stateChanges = new MemoryJobQueue(clock);
    backend = new JobStateBackend({
      store,
      newJobs: queue,
      stateChanges,
      clock,
      onHintLost: () => undefined,
    });
    cache = new JobCache(store, () => undefined);
    reconciler = new Reconciler({
      cache,
      backend,
      newJobs: queue,
      clock,
      logger: createLogger({ name: 'test', level: 'silent', pretty: false }),
      settings: {
        jobMaxAttempts: 3,
        jobRetryBackOffSeconds: 5,
        abandonAfterSeconds: DAY_SECONDS,
        leaseSeconds: 30,
      },
    });
  });

  const receive = () => queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 30 });
  const claimNow = () =>
    backend.change('job-1', (job, now) =>
      claim(job, { nodeId: 'node-1', leaseMs: 30_000, retryPolicy }, now),
    );

  it('queues a job that was accepted when feederd died', async () => {
    await backend.create(makeJob());
    await cache.reload();
    await clock.advance(5000);
    await reconciler.reconcile();
    expect(await receive()).toHaveLength(1);
    expect((await backend.get('job-1')).queued).toBe(true);
  });

  it('leaves a queued job alone while the queue takes its time', async () => {
    await backend.create(makeJob({}, clock.now()));
    await backend.enqueue('job-1');
    await cache.reload();
    await clock.advance(840_000);
    await reconciler.reconcile();
    expect(await receive()).toHaveLength(1);
  });

  it('sends a job once, however often nobody can note that it was', async () => {
    await backend.create(makeJob());
    await cache.reload();
    store.replace = () => Promise.reject(new NommerError('UNAVAILABLE', 'the store is read-only'));
    for (let pass = 0; pass < 20; pass += 1) {
      await clock.advance(5000);
      await reconciler.reconcile();
    }
    expect(await receive()).toHaveLength(1);
  });

  it('sends a job again whose message is gone', async () => {
    await backend.create(makeJob());
    await backend.enqueue('job-1');
    await queue.wipe();
    await cache.reload();
    await reconciler.reconcile();
    expect(await receive()).toHaveLength(0);
    await clock.advance(10_000);
    await reconciler.reconcile();
    expect(await receive()).toHaveLength(1);
  });

  it('gives a dead node’s job back, and counts that as a failure', async () => {
    await backend.create(makeJob());
    await claimNow();
    await cache.reload();
    await reconciler.reconcile();
    expect((await backend.get('job-1')).jobState).toBe('DOWNLOADING');
    await clock.advance(30_000);
    await reconciler.reconcile();
    expect(await backend.get('job-1')).toMatchObject({
      jobState: 'PENDING',
      failures: 1,
      errorCode: 'NODE_LOST',
    });
  });

  it('takes a notification of the job for no sign of life of its node', async () => {
    const notify = { url: 'http://app/', events: ['state' as const], secret: null };
    await backend.create(makeJob({ notify }));
    await claimNow();
    await cache.reload();
    await reconciler.reconcile();
    await clock.advance(29_000);
    await backend.change('job-1', (job, now) =>
      recordDelivery(job, 'job-1_1', { delivered: false, error: 'refused' }, now),
    );
    await cache.refresh('job-1');
    await reconciler.reconcile();
    await clock.advance(1000);
    await reconciler.reconcile();
    expect(await backend.get('job-1')).toMatchObject({ errorCode: 'NODE_LOST' });
  });

  it('takes no job for dead whose node has another clock', async () => {
    await backend.create(makeJob());
    await claimNow();
    const renewal = { leaseMs: 30_000, progress: null, report: { log: '', translated: [] } };
    for (let seconds = 0; seconds < 120; seconds += 5) {
      await backend.change('job-1', (job, now) =>
        // An hour behind.
        renew(job, { nodeId: 'node-1', attempt: 1 }, renewal, now - 3_600_000),
      );
      await cache.reload();
      await reconciler.reconcile();
      await clock.advance(5000);
    }
    expect(await backend.get('job-1')).toMatchObject({ jobState: 'DOWNLOADING', failures: 0 });
    await clock.advance(30_000);
    await reconciler.reconcile();
    expect(await backend.get('job-1')).toMatchObject({ jobState: 'PENDING', failures: 1 });
  });

  it('sends no job again and again because the queue does not tell of its message yet', async () => {
    await backend.create(makeJob());
    await backend.enqueue('job-1');
    await cache.reload();
    queue.depth = () => Promise.resolve({ waiting: 0, delayed: 0, inFlight: 0 });
    for (let seconds = 0; seconds < 60; seconds += 5) {
      await clock.advance(5000);
      await reconciler.reconcile();
    }
    expect(await receive()).toHaveLength(2);
    await clock.advance(120_000);
    await reconciler.reconcile();
    expect(await receive()).toHaveLength(3);
  });

  it('ends a job in ERROR that has killed as many nodes as it may', async () => {
    await backend.create(makeJob());
    for (let node = 1; node <= 3; node += 1) {
      await claimNow();
      await cache.reload();
      await reconciler.reconcile();
      await clock.advance(30_000);
      await reconciler.reconcile();
      await clock.advance(retryPolicy.backOffMs);
    }
    expect(await backend.get('job-1')).toMatchObject({
      jobState: 'ERROR',
      attempt: 3,
      failures: 3,
    });
  });

  it('ends a job in ERROR that no node could even begin, and no other', async () => {
    for (const uniqueId of ['poison', 'held', 'ended', 'job-1']) {
      await backend.create(makeJob({ uniqueId }));
      await backend.enqueue(uniqueId);
    }
    await backend.change('ended', cancel);
    await backend.change('held', (job, now) =>
      claim(job, { nodeId: 'node-1', leaseMs: 30_000_000, retryPolicy }, now),
    );
    await queue.send('{"no": "job"}');
    for (let time = 0; time < 200; time += 1) {
      for (const { body, receipt } of await queue.receive({
        max: 10,
        waitSeconds: 0,
        visibilitySeconds: 1,
      })) {
        if (body.includes('job-1')) await queue.remove(receipt);
      }
      await clock.advance(1000);
    }
    await reconciler.buryDeadLetters();
    expect(await backend.get('poison')).toMatchObject({
      jobState: 'ERROR',
      errorCode: 'UNDELIVERABLE',
      jobStateDetails: expect.stringContaining('times, and none could begin it'),
    });
    expect((await backend.get('held')).jobState).toBe('DOWNLOADING');
    expect((await backend.get('ended')).jobState).toBe('CANCELLED');
    expect((await backend.get('job-1')).jobState).toBe('PENDING');
    expect(await queue.deadLetters()).toEqual([]);
  });

  it.each([
    ['has uploaded', true, 1],
    ['has not uploaded', false, 0],
  ])('has a node clean up after an abandoned job that %s', async (_name, uploaded, count) => {
    await backend.create(makeJob());
    await cache.reload();
    await claimNow();
    const mine = { nodeId: 'node-1', attempt: 1 };
    const step = { leaseMs: 30_000, report: { log: '', translated: [] } };
    await backend.change('job-1', (job, now) =>
      advance(job, mine, { ...step, state: 'ENCODING' }, now),
    );
    const result = { source: null, outputs: [] };
    if (uploaded)
      await backend.change('job-1', (job, now) =>
        advance(job, mine, { ...step, state: 'UPLOADING', result }, now),
      );
    await cache.reload();
    await clock.advance(2 * DAY_SECONDS * 1000);
    await reconciler.abandonStaleJobs();
    expect((await backend.get('job-1')).jobState).toBe('ABANDONED');
    expect(await receive()).toHaveLength(count);
  });

  it('abandons a job that nobody touched for the threshold, and no healthy one', async () => {
    await backend.create(makeJob({}, clock.now()));
    await backend.create(makeJob({ uniqueId: 'healthy' }, clock.now()));
    await clock.advance(DAY_SECONDS * 1000 - 1);
    await backend.change('healthy', (job, now) =>
      claim(job, { nodeId: 'node-1', leaseMs: 30_000, retryPolicy }, now),
    );
    await cache.reload();
    await reconciler.abandonStaleJobs();
    expect((await backend.get('job-1')).jobState).toBe('PENDING');
    await clock.advance(1);
    await reconciler.abandonStaleJobs();
    expect((await backend.get('job-1')).jobState).toBe('ABANDONED');
    expect((await backend.get('healthy')).jobState).toBe('DOWNLOADING');
  });

  it('abandons no job that waits for others, or that waited while no feederd ran', async () => {
    await backend.create(makeJob({}, clock.now() - 3 * DAY_SECONDS * 1000));
    await backend.create(makeJob({ uniqueId: 'long' }, clock.now()));
    await cache.reload();
    await reconciler.abandonStaleJobs();
    expect((await backend.get('job-1')).jobState).toBe('PENDING');

    await clock.advance(DAY_SECONDS * 1000 - 1000);
    await backend.change('long', (job, now) =>
      claim(job, { nodeId: 'node-1', leaseMs: 30_000, retryPolicy }, now),
    );
    await cache.reload();
    await reconciler.reconcile();
    await clock.advance(DAY_SECONDS * 1000 - 1000);
    await reconciler.abandonStaleJobs();
    expect((await backend.get('job-1')).jobState).toBe('PENDING');
    await clock.advance(1000);
    await reconciler.abandonStaleJobs();
    expect((await backend.get('job-1')).jobState).toBe('ABANDONED');
  });
});
