import { beforeEach, describe, expect, it } from 'vitest';
import { claim } from '../../../src/core/job-rules/claim.ts';
import { JobStateBackend } from '../../../src/core/job-state-backend.ts';
import { createLogger } from '../../../src/daemon/logger.ts';
import { JobCache } from '../../../src/feederd/job-cache.ts';
import {
  abandonStaleJobs,
  reconcile,
  type ReconcileParts,
} from '../../../src/feederd/reconcile.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { MemoryJobQueue } from '../../doubles/memory-job-queue.ts';
import { MemoryJobStore } from '../../doubles/memory-job-store.ts';
import { makeJob } from '../../doubles/make-job.ts';

const DAY_SECONDS = 86_400;
const retryPolicy = { maxFailures: 3, backOffMs: 5000, maxBackOffMs: 60_000 };

describe('reconcile', () => {
  let clock: ManualClock;
  let queue: MemoryJobQueue;
  let backend: JobStateBackend;
  let parts: ReconcileParts;

  beforeEach(() => {
    clock = new ManualClock();
    const store = new MemoryJobStore();
    queue = new MemoryJobQueue(clock);
    const stateChanges = new MemoryJobQueue(clock);
    backend = new JobStateBackend({
      store,
      newJobs: queue,
      stateChanges,
      clock,
      onHintLost: () => undefined,
    });
    parts = {
      cache: new JobCache(store, () => undefined),
      backend,
      newJobs: queue,
      clock,
      logger: createLogger({ name: 'test', level: 'silent', pretty: false }),
      settings: { jobMaxAttempts: 3, jobRetryBackOffSeconds: 5, abandonAfterSeconds: DAY_SECONDS },
    };
  });

  const receive = () => queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 30 });
  const claimNow = () =>
    backend.change('job-1', (job, now) =>
      claim(job, { nodeId: 'node-1', leaseMs: 30_000, retryPolicy }, now),
    );

  it('queues a job that was accepted when feederd died', async () => {
    await backend.create(makeJob());
    await parts.cache.reload();
    await clock.advance(5000);
    await reconcile(parts);
    expect(await receive()).toHaveLength(1);
    expect((await backend.get('job-1')).queued).toBe(true);
  });

  it('leaves a queued job alone, however long the queue takes', async () => {
    await backend.create(makeJob());
    await backend.enqueue('job-1');
    await parts.cache.reload();
    await clock.advance(3_600_000);
    await reconcile(parts);
    expect(await receive()).toHaveLength(1);
  });

  it('sends a job again whose message is gone', async () => {
    await backend.create(makeJob());
    await backend.enqueue('job-1');
    await queue.wipe();
    await parts.cache.reload();
    await reconcile(parts);
    expect(await receive()).toHaveLength(0);
    await clock.advance(10_000);
    await reconcile(parts);
    expect(await receive()).toHaveLength(1);
  });

  it('gives a dead node’s job back, and counts that as a failure', async () => {
    await backend.create(makeJob());
    await claimNow();
    await parts.cache.reload();
    await reconcile(parts);
    expect((await backend.get('job-1')).jobState).toBe('DOWNLOADING');
    await clock.advance(30_000);
    await reconcile(parts);
    expect(await backend.get('job-1')).toMatchObject({
      jobState: 'PENDING',
      failures: 1,
      errorCode: 'NODE_LOST',
    });
  });

  it('ends a job in ERROR that has killed as many nodes as it may', async () => {
    await backend.create(makeJob());
    for (let node = 1; node <= 3; node += 1) {
      await claimNow();
      await parts.cache.reload();
      await clock.advance(30_000);
      await reconcile(parts);
      await clock.advance(retryPolicy.backOffMs);
    }
    expect(await backend.get('job-1')).toMatchObject({
      jobState: 'ERROR',
      attempt: 3,
      failures: 3,
    });
  });

  it('abandons a job that nobody touched for the threshold, and no healthy one', async () => {
    await backend.create(makeJob({}, clock.now()));
    await backend.create(makeJob({ uniqueId: 'healthy' }, clock.now()));
    await clock.advance(DAY_SECONDS * 1000 - 1);
    await backend.change('healthy', (job, now) =>
      claim(job, { nodeId: 'node-1', leaseMs: 30_000, retryPolicy }, now),
    );
    await parts.cache.reload();
    await abandonStaleJobs(parts);
    expect((await backend.get('job-1')).jobState).toBe('PENDING');
    await clock.advance(1);
    await abandonStaleJobs(parts);
    expect((await backend.get('job-1')).jobState).toBe('ABANDONED');
    expect((await backend.get('healthy')).jobState).toBe('DOWNLOADING');
  });
});
