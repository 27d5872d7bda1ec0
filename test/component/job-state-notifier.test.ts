import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { NommerError } from '../../src/core/errors.ts';
import type { EncodingJob } from '../../src/core/job.ts';
import { cancel } from '../../src/core/job-rules/operate.ts';
import { JobStateBackend } from '../../src/core/job-state-backend.ts';
import { createLogger } from '../../src/daemon/logger.ts';
import { JobCache } from '../../src/feederd/job-cache.ts';
import { JobStateNotifier } from '../../src/feederd/job-state-notifier.ts';
import { LOOPBACK } from '../doubles/loopback.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { MemoryJobQueue } from '../doubles/memory-job-queue.ts';
import { MemoryJobStore } from '../doubles/memory-job-store.ts';
import { makeJob } from '../doubles/make-job.ts';

describe('JobStateNotifier', () => {
  const clock = new ManualClock();
  let receiver: Server;
  let answer: RequestListener;
  let hits: string[];
  let cache: JobCache;
  let backend: JobStateBackend;
  let notifier: JobStateNotifier;

  beforeEach(async () => {
    hits = [];
    receiver = createServer((request, response) => {
      hits.push(`${request.method} ${request.url}`);
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const store = new MemoryJobStore();
    const logger = createLogger({ name: 'test', level: 'silent', pretty: false });
    cache = new JobCache(store, (job) => notifier.changed(job));
    backend = new JobStateBackend({
      store,
      newJobs: new MemoryJobQueue(clock),
      stateChanges: new MemoryJobQueue(clock),
      clock,
      onHintLost: () => undefined,
    });
    notifier = new JobStateNotifier({
      cache,
      backend,
      clock,
      logger,
      settings: { notifyTimeoutSeconds: 0.2, notifySecrets: [], httpAllowedNetworks: LOOPBACK },
      onRoom: () => notifier.deliverDue(),
      stop: new AbortController().signal,
    });
  });

  afterEach(() => {
    receiver.closeAllConnections();
    receiver.close();
  });

  /** A job that has just been cancelled and is to be notified. */
  async function endedJob(path: string): Promise<EncodingJob> {
    const { port } = receiver.address() as { port: number };
    const uniqueId = path.slice(1);
    await backend.create(makeJob({ uniqueId, notifyUrl: `http://127.0.0.1:${port}${path}` }));
    const { job } = await backend.change(uniqueId, cancel);
    cache.update(job);
    return job;
  }

  async function deliver(): Promise<void> {
    notifier.deliverDue();
    await notifier.settled();
  }

  it('hits the URL once with a GET and records the delivery', async () => {
    answer = (_request, response) => response.end('thanks');
    const { uniqueId } = await endedJob('/a');
    await deliver();
    await deliver();
    expect(hits).toHaveLength(1);
    expect(hits[0]).toMatch(/^GET \/a\?job_id=a&.*job_state=CANCELLED/);
    const job = await backend.get(uniqueId);
    expect(job.undelivered).toEqual([]);
    expect(job.deliveries).toMatchObject([{ outcome: 'delivered', tries: 1, sequence: 1 }]);
    expect([...cache.untold()]).toEqual([]);
  });

  it.each([
    ['an error', 500],
    ['a redirect, which is not followed', 302],
  ])('tries again later after %s', async (_what, status) => {
    answer = (_request, response) => response.writeHead(status, { location: '/other' }).end();
    const { uniqueId } = await endedJob('/a');
    await deliver();
    await deliver();
    expect(hits).toHaveLength(1);
    const job = await backend.get(uniqueId);
    expect(job.undelivered).toMatchObject([
      { tries: 1, lastError: expect.stringContaining(`${status}`) },
    ]);

    answer = (_request, response) => response.end();
    await clock.advance(6000);
    await deliver();
    expect(hits).toHaveLength(2);
    expect((await backend.get(uniqueId)).deliveries).toMatchObject([{ tries: 2 }]);
  });

  it('tries a good receiver at once, however many wait for a silent one', async () => {
    let asked = 0;
    const silent = createServer(() => (asked += 1)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const { port } = silent.address() as { port: number };
    for (let index = 0; index < 300; index += 1) {
      const uniqueId = `silent-${index}`;
      await backend.create(makeJob({ uniqueId, notifyUrl: `http://127.0.0.1:${port}/` }));
      cache.update((await backend.change(uniqueId, cancel)).job);
    }
    answer = (_request, response) => response.end();
    await endedJob('/good');
    notifier.deliverDue();
    await vi.waitFor(() => expect(hits).toHaveLength(1));
    expect(asked).toBeLessThan(50);
  });

  it('hits the receiver once, however long the store cannot take the outcome', async () => {
    answer = (_request, response) => response.end();
    const { uniqueId } = await endedJob('/a');
    const change = backend.change.bind(backend);
    backend.change = () => Promise.reject(new NommerError('UNAVAILABLE', 'no store'));
    notifier.deliverDue();
    await vi.waitFor(() => expect(hits).toHaveLength(1));
    await clock.advance(10_000);
    notifier.deliverDue();
    backend.change = change;
    await vi.waitFor(async () => {
      await clock.advance(1000);
      expect((await backend.get(uniqueId)).deliveries).toHaveLength(1);
    });
    expect(hits).toHaveLength(1);
  });

  it('gives up on a receiver that does not answer, without keeping others waiting', async () => {
    answer = (request, response) => {
      if (request.url?.startsWith('/quick')) response.end();
    };
    const { uniqueId } = await endedJob('/silent');
    const quick = await endedJob('/quick');
    await deliver();
    expect((await backend.get(quick.uniqueId)).undelivered).toEqual([]);
    expect((await backend.get(uniqueId)).undelivered).toMatchObject([{ tries: 1 }]);
  });
});
