import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NommerError } from '../../../src/core/errors.ts';
import type { EncodingJob } from '../../../src/core/job.ts';
import { cancel } from '../../../src/core/job-rules/operate.ts';
import { claim } from '../../../src/core/job-rules/claim.ts';
import { JobStateBackend } from '../../../src/core/job-state-backend.ts';
import type { StorageBackend } from '../../../src/core/storage-backend.ts';
import { createLogger } from '../../../src/daemon/logger.ts';
import { runAttempt, type RunAttemptParts } from '../../../src/nommerd/run-attempt.ts';
import { takeJob } from '../../../src/nommerd/take-job.ts';
import { WorkSpace } from '../../../src/nommerd/work-space.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { MemoryJobQueue } from '../../doubles/memory-job-queue.ts';
import { MemoryJobStore } from '../../doubles/memory-job-store.ts';
import { HeldNommer, NO_PROGRESS } from './held-nommer.ts';

const LEASE_SECONDS = 30;
const retryPolicy = { maxFailures: 3, backOffMs: 5000, maxBackOffMs: 60_000 };

describe('an attempt', () => {
  const logger = createLogger({ name: 'test', level: 'silent', pretty: false });
  let clock: ManualClock;
  let store: MemoryJobStore;
  let queue: MemoryJobQueue;
  let backend: JobStateBackend;
  let nommer: HeldNommer;
  let published: string[];
  let root: string;
  let parts: RunAttemptParts;
  let abort: AbortController;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'media-nommer-attempt-'));
    clock = new ManualClock();
    store = new MemoryJobStore();
    queue = new MemoryJobQueue(clock);
    backend = new JobStateBackend({
      store,
      newJobs: queue,
      stateChanges: new MemoryJobQueue(clock),
      clock,
      onHintLost: () => undefined,
    });
    nommer = new HeldNommer();
    published = [];
    abort = new AbortController();
    const storage: StorageBackend = {
      download: async () => undefined,
      upload: async (_file, uri, { beforePublish }) => {
        await beforePublish();
        published.push(uri.text);
      },
      stat: async () => undefined,
    };
    parts = {
      backend,
      queue,
      clock,
      logger,
      settings: { leaseSeconds: LEASE_SECONDS, renewSeconds: 5, progressSeconds: 1 },
      claimRequest: { nodeId: 'node-1', leaseMs: LEASE_SECONDS * 1000, retryPolicy },
      nommers: new Map([['Held', nommer]]),
      backendFor: () => storage,
      workSpace: await WorkSpace.open(join(root, 'work'), logger),
    };
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  /** Submits a job and has this node take it; resolves once its nommer runs. */
  async function start(): Promise<{ id: string; running: Promise<void> }> {
    const id = 'job-1';
    await backend.create({
      uniqueId: id,
      sourcePath: 'file:///in.mp4',
      destPath: 'file:///out.mp4',
      nommer: 'Held',
      options: [],
      notifyUrl: null,
      metadata: {},
      requestHash: null,
    });
    await backend.enqueue(id);
    const running = runNext();
    await nommer.started.promise;
    return { id, running };
  }

  async function runNext(): Promise<void> {
    const [message] = await queue.receive({
      max: 1,
      waitSeconds: 0,
      visibilitySeconds: LEASE_SECONDS,
    });
    if (message === undefined) throw new Error('no message');
    const taken = await takeJob(message, parts);
    if (taken === undefined) throw new Error('not taken');
    await runAttempt(taken, parts, abort.signal);
  }

  const job = (id: string): Promise<EncodingJob> => backend.get(id);
  const messages = async () => {
    const { waiting, delayed, inFlight } = await queue.depth();
    return waiting + delayed + inFlight;
  };

  it('passes through all states, publishes once and removes its message', async () => {
    const { id, running } = await start();
    expect((await job(id)).jobState).toBe('ENCODING');
    nommer.end.resolve();
    await running;

    const done = await job(id);
    expect(done.jobState).toBe('FINISHED');
    expect(done.timings.map(({ state }) => state)).toEqual([
      'PENDING',
      'DOWNLOADING',
      'ENCODING',
      'UPLOADING',
      'FINISHED',
    ]);
    expect(published).toEqual(['file:///out.mp4']);
    expect(await messages()).toBe(0);
    expect(await readdir(join(root, 'work'), { recursive: true })).toHaveLength(1);
  });

  it('keeps its lease and its message for as long as it works', async () => {
    const { id, running } = await start();
    await clock.advance(10 * LEASE_SECONDS * 1000);
    const held = await job(id);
    expect(held.lease?.until).toBeGreaterThan(clock.now());
    expect(await queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 })).toEqual([]);
    expect(nommer.stopped).toBe(false);
    nommer.end.resolve();
    await running;
    expect((await job(id)).attempt).toBe(1);
  });

  it('stores progress soon after it is made', async () => {
    const { id, running } = await start();
    const request = await nommer.started.promise;
    request.onProgress({ ...NO_PROGRESS, percent: 42 });
    await clock.advance(1000);
    expect((await job(id)).progress?.percent).toBe(42);
    nommer.end.resolve();
    await running;
    expect((await job(id)).progress).toBeNull();
  });

  it('gives the job up before its lease ends when the store cannot be reached', async () => {
    const { id, running } = await start();
    const stored = await job(id);
    const replace = store.replace.bind(store);
    store.replace = () => Promise.reject(new NommerError('UNAVAILABLE', 'no store'));
    await clock.advance(LEASE_SECONDS * 1000 - 1);
    expect(nommer.stopped).toBe(true);
    await running;
    store.replace = replace;
    expect((await job(id)).attempt).toBe(stored.attempt);
    expect(published).toEqual([]);
    expect(await messages()).toBe(1);
  });

  it('changes nothing once another node has taken the job', async () => {
    const { id, running } = await start();
    const stolen = await job(id);
    await store.replace({ ...stolen, lease: null, version: stolen.version + 1 }, stolen.version);
    await backend.change(id, (stored, now) =>
      claim(stored, { nodeId: 'node-2', leaseMs: LEASE_SECONDS * 1000, retryPolicy }, now),
    );
    await clock.advance(5000);
    await running;
    expect(nommer.stopped).toBe(true);
    expect(published).toEqual([]);
    expect((await job(id)).lease?.nodeId).toBe('node-2');
  });

  it('does not publish when the job was lost in the very last moment', async () => {
    const { id, running } = await start();
    const stolen = await job(id);
    await store.replace({ ...stolen, lease: null, version: stolen.version + 1 }, stolen.version);
    await backend.change(id, (stored, now) =>
      claim(stored, { nodeId: 'node-2', leaseMs: LEASE_SECONDS * 1000, retryPolicy }, now),
    );
    nommer.end.resolve();
    await running;
    expect(published).toEqual([]);
    expect((await job(id)).jobState).toBe('DOWNLOADING');
  });

  it('stops soon after the job is cancelled', async () => {
    const { id, running } = await start();
    await backend.change(id, cancel);
    await clock.advance(5000);
    await running;
    expect((await job(id)).jobState).toBe('CANCELLED');
    expect(nommer.stopped).toBe(true);
    expect(await messages()).toBe(0);
  });

  it('hands the job back at once, and not as a failure, when the node drops its work', async () => {
    const { id, running } = await start();
    abort.abort();
    await running;
    const back = await job(id);
    expect(back).toMatchObject({ jobState: 'PENDING', failures: 0, lease: null });
    const [message] = await queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 });
    expect(message?.receiveCount).toBe(2);
  });

  it('waits before the next try after an error that may pass', async () => {
    const { id, running } = await start();
    nommer.end.reject(new NommerError('ENCODE_CRASHED', 'ffmpeg died'));
    await running;
    const waiting = await job(id);
    expect(waiting).toMatchObject({
      jobState: 'PENDING',
      failures: 1,
      errorCode: 'ENCODE_CRASHED',
    });
    expect(waiting.notBefore).toBe(clock.now() + retryPolicy.backOffMs);
    expect(await queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 })).toEqual([]);
    await clock.advance(retryPolicy.backOffMs);
    expect(await queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 })).toHaveLength(1);
  });

  it('ends the job at once after an error that cannot pass', async () => {
    const { id, running } = await start();
    nommer.end.reject(new NommerError('SOURCE_NOT_MEDIA', 'this is a letter'));
    await running;
    expect(await job(id)).toMatchObject({
      jobState: 'ERROR',
      errorCode: 'SOURCE_NOT_MEDIA',
      jobStateDetails: 'this is a letter',
    });
    expect(await messages()).toBe(0);
  });

  it('goes on when the store was away for a moment between two states', async () => {
    const { id, running } = await start();
    const replace = store.replace.bind(store);
    store.replace = () => Promise.reject(new NommerError('UNAVAILABLE', 'no store'));
    nommer.end.resolve();
    await clock.advance(3000);
    store.replace = replace;
    await clock.advance(1000);
    await running;
    expect(await job(id)).toMatchObject({ jobState: 'FINISHED', attempt: 1, failures: 0 });
  });

  it('fails the job when its end can never be stored', async () => {
    const { id, running } = await start();
    const replace = store.replace.bind(store);
    store.replace = (changed, version) =>
      changed.jobState === 'FINISHED'
        ? Promise.reject(new TypeError('Do not know how to serialize a BigInt'))
        : replace(changed, version);
    nommer.end.resolve();
    await running;
    expect(await job(id)).toMatchObject({
      jobState: 'PENDING',
      errorCode: 'INTERNAL',
      failures: 1,
    });
  });

  it('has its end recorded even if its files cannot be removed', async () => {
    const { id, running } = await start();
    parts.workSpace.remove = () => Promise.reject(new Error('busy'));
    nommer.end.resolve();
    await running;
    expect((await job(id)).jobState).toBe('FINISHED');
    expect(await messages()).toBe(0);
  });

  it('leaves a nommer behind that does not stop when it is told to', async () => {
    const { id, running } = await start();
    nommer.isDeaf = true;
    abort.abort();
    await clock.advance(10_000);
    await running;
    expect((await job(id)).jobState).toBe('PENDING');
  });

  it('records its end as soon as the store is back after a short outage', async () => {
    const { id, running } = await start();
    const replace = store.replace.bind(store);
    store.replace = () => Promise.reject(new NommerError('UNAVAILABLE', 'no store'));
    nommer.end.reject(new NommerError('SOURCE_NOT_MEDIA', 'this is a letter'));
    await clock.advance(3000);
    store.replace = replace;
    await clock.advance(1000);
    await running;
    expect((await job(id)).jobState).toBe('ERROR');
  });
});
