import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { JobStateBackend } from '../../../src/core/job-state-backend.ts';
import type { EncodingJob } from '../../../src/core/job.ts';
import type { DeadAttempts, StorageBackend } from '../../../src/core/storage-backend.ts';
import { createLogger } from '../../../src/daemon/logger.ts';
import { runAttempt, type RunAttemptParts } from '../../../src/nommerd/run-attempt.ts';
import { takeJob } from '../../../src/nommerd/take-job.ts';
import { WorkSpace } from '../../../src/nommerd/work-space.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { MemoryJobQueue } from '../../doubles/memory-job-queue.ts';
import { MemoryJobStore } from '../../doubles/memory-job-store.ts';
import { HeldNommer } from './held-nommer.ts';

export const LEASE_SECONDS = 30;
export const JOB_ID = 'job-1';
export const retryPolicy = { maxFailures: 3, backOffMs: 5000, maxBackOffMs: 60_000 };

const logger = createLogger({ name: 'test', level: 'silent', pretty: false });

/** A node with one job; all but its work directory is in memory, and its nommer ends when it is told to. */
export class AttemptRoom {
  readonly clock = new ManualClock();
  readonly store = new MemoryJobStore();
  /** Buries what was received too often, as every place's does. */
  readonly queue = new MemoryJobQueue(this.clock, { maxReceives: 100 });
  readonly backend = new JobStateBackend({
    store: this.store,
    newJobs: this.queue,
    stateChanges: new MemoryJobQueue(this.clock),
    clock: this.clock,
    onHintLost: () => undefined,
  });
  readonly nommer = new HeldNommer();
  readonly abort = new AbortController();
  readonly published: string[] = [];
  readonly removed: (Pick<DeadAttempts, 'jobId' | 'attempts'> & { uri: string })[] = [];
  readonly storage: StorageBackend = {
    download: async () => undefined,
    upload: async (_file, uri, { beforePublish }) => {
      await beforePublish();
      this.published.push(uri.text);
    },
    stat: async () => undefined,
    removeLeftovers: async (uri, { jobId, attempts }) => {
      this.removed.push({ uri: uri.text, jobId, attempts });
    },
  };
  /** Whether a slot of the node has the job. */
  isWorking = false;
  readonly parts: RunAttemptParts;
  readonly workDir: string;

  /** @param maxFailures so many end the job */
  static async open(maxFailures = retryPolicy.maxFailures): Promise<AttemptRoom> {
    const root = await mkdtemp(join(tmpdir(), 'media-nommer-attempt-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    const workDir = join(root, 'work');
    return new AttemptRoom({ workDir, maxFailures }, await WorkSpace.open(workDir, logger));
  }

  private constructor(
    { workDir, maxFailures }: { workDir: string; maxFailures: number },
    workSpace: WorkSpace,
  ) {
    this.workDir = workDir;
    this.parts = {
      backend: this.backend,
      queue: this.queue,
      clock: this.clock,
      logger,
      settings: { leaseSeconds: LEASE_SECONDS, renewSeconds: 5, progressSeconds: 1 },
      claimRequest: {
        nodeId: 'node-1',
        leaseMs: LEASE_SECONDS * 1000,
        retryPolicy: { ...retryPolicy, maxFailures },
      },
      nommers: new Map([['Held', this.nommer]]),
      backendFor: () => this.storage,
      isWorkingOn: () => this.isWorking,
      workSpace,
    };
  }

  async submit(): Promise<void> {
    await this.backend.create({
      uniqueId: JOB_ID,
      sourcePath: 'file:///in.mp4',
      destPath: 'file:///out.mp4',
      nommer: 'Held',
      options: [],
      notifyUrl: null,
      notify: null,
      metadata: {},
      submitter: null,
      requestHash: null,
    });
    await this.backend.enqueue(JOB_ID);
  }

  /** Submits the job and has the node take it; resolves once its nommer runs. */
  async start(): Promise<{ running: Promise<void> }> {
    await this.submit();
    return this.takeAndStart();
  }

  /** Has the node take the job; resolves once its nommer runs. */
  async takeAndStart(): Promise<{ running: Promise<void> }> {
    const running = this.runNext();
    await this.nommer.started.promise;
    return { running };
  }

  async runNext(): Promise<void> {
    const request = { max: 1, waitSeconds: 0, visibilitySeconds: LEASE_SECONDS };
    const [message] = await this.queue.receive(request);
    if (message === undefined) throw new Error('no message');
    const taken = await takeJob(message, this.parts);
    if (taken === undefined) return;
    this.isWorking = true;
    await runAttempt(taken, this.parts, this.abort.signal);
    this.isWorking = false;
  }

  job(): Promise<EncodingJob> {
    return this.backend.get(JOB_ID);
  }

  async messages(): Promise<number> {
    const { waiting, delayed, inFlight } = await this.queue.depth();
    return waiting + delayed + inFlight;
  }
}
