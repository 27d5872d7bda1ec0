import { beforeEach, describe, expect, it } from 'vitest';
import type { NewJob } from '../../../src/core/job-rules/submit.ts';
import { claim } from '../../../src/core/job-rules/claim.ts';
import { cancel } from '../../../src/core/job-rules/operate.ts';
import { JobStateBackend } from '../../../src/core/job-state-backend.ts';
import { encodeJobMessage } from '../../../src/core/messages.ts';
import { createLogger } from '../../../src/daemon/logger.ts';
import { Feeder } from '../../../src/feederd/feeder.ts';
import { CloudFleet } from '../../doubles/cloud-fleet.ts';
import { makeJob } from '../../doubles/make-job.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { MemoryJobQueue } from '../../doubles/memory-job-queue.ts';
import { MemoryJobStore } from '../../doubles/memory-job-store.ts';
import { MemoryLeadership } from '../../doubles/memory-leadership.ts';
import { MemoryNodeStates } from '../../doubles/memory-node-states.ts';

const HOUR_MS = 3_600_000;
const retryPolicy = { maxFailures: 3, backOffMs: 5000, maxBackOffMs: 60_000 };

describe('the feederd that leads does by itself', () => {
  let clock: ManualClock;
  let store: MemoryJobStore;
  let newJobs: MemoryJobQueue;
  let backend: JobStateBackend;
  let fleet: CloudFleet;
  let told: string[];

  beforeEach(async () => {
    clock = new ManualClock();
    store = new MemoryJobStore();
    newJobs = new MemoryJobQueue(clock, { maxReceives: 1 });
    fleet = new CloudFleet(clock);
    told = [];
    const stateChanges = new MemoryJobQueue(clock);
    const logger = createLogger({ name: 'test', level: 'silent', pretty: false });
    backend = new JobStateBackend({
      store,
      newJobs,
      stateChanges,
      clock,
      onHintLost: () => undefined,
    });
    const feeder = new Feeder({
      store,
      newJobs,
      stateChanges,
      backend,
      fleet,
      clock,
      logger,
      nodeStates: new MemoryNodeStates(),
      leadership: new MemoryLeadership(),
      identity: { self: 'feederd', isGone: () => false },
      send: async (_job, { id }) => {
        told.push(id);
        return { delivered: true };
      },
      settings: {
        jobMaxAttempts: 3,
        jobRetryBackOffSeconds: 5,
        abandonAfterSeconds: 7200,
        leaseSeconds: 30,
        reconcileSeconds: 5,
        pruneSeconds: 60,
        stateChangeCheckSeconds: 1e6,
        autoScaleSeconds: 60,
        maxNodes: 2,
        slotsPerNode: 1,
        jobOverflowThreshold: 1,
        allowLaunches: true,
        scalingPolicy: 'overflow',
        waitTargetSeconds: 60,
        heartbeatSeconds: 10,
        ec2BootDeadlineSeconds: 600,
        maxInactivitySeconds: 120,
        notifyTimeoutSeconds: 10,
        notifySecrets: [],
        httpAllowedNetworks: [],
      },
      stop: new AbortController().signal,
    });
    void feeder.run();
    await clock.advance(10);
  });

  /** As another feederd accepts it that dies then. */
  const accept = async (job: Partial<NewJob> = {}) => {
    await backend.create(makeJob({ uniqueId: 'job-1', ...job }));
    // Somebody says so: else this feederd would learn of it with the next reload only.
    await backend.change('job-1', (stored, now) => ({
      allowed: true,
      job: { ...stored, version: stored.version + 1, modifiedAt: now },
    }));
  };
  const job = () => backend.get('job-1');

  it('hears of jobs, sends those that nobody queued, and launches nodes for them', async () => {
    await accept();
    await clock.advance(15_000);
    expect(await job()).toMatchObject({ queued: true });
    expect(await newJobs.depth()).toMatchObject({ waiting: 1 });
    expect(fleet.listed).toHaveLength(1);
  });

  it('takes jobs back from nodes that are dead', async () => {
    await accept();
    await backend.change('job-1', (stored, now) =>
      claim(stored, { nodeId: 'node-1', leaseMs: 30_000, retryPolicy }, now),
    );
    await clock.advance(40_000);
    expect(await job()).toMatchObject({ jobState: 'PENDING', failures: 1, lease: null });
  });

  it('tells receivers', async () => {
    await accept({ notifyUrl: 'http://receiver.example/' });
    await backend.change('job-1', cancel);
    await clock.advance(1000);
    expect(told).toEqual(['job-1_1']);
  });

  it('buries jobs whose messages are dead letters', async () => {
    await accept();
    await newJobs.send(encodeJobMessage('job-1'));
    await newJobs.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 });
    await clock.advance(1000);
    await newJobs.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 });
    await clock.advance(61_000);
    expect(await job()).toMatchObject({ jobState: 'ERROR', errorCode: 'UNDELIVERABLE' });
  });

  it('gives up jobs that nobody works on', async () => {
    await accept();
    await clock.advance(2.1 * HOUR_MS);
    expect((await job()).jobState).toBe('ABANDONED');
  });
});
