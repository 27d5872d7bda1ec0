import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { EncodingJob } from '../../src/core/job.ts';
import { claim } from '../../src/core/job-rules/claim.ts';
import { redeliver } from '../../src/core/job-rules/notifications.ts';
import { cancel, retry } from '../../src/core/job-rules/operate.ts';
import type { JobRule } from '../../src/core/job-rules/ruling.ts';
import { JobStateBackend } from '../../src/core/job-state-backend.ts';
import type { NotifyEvent } from '../../src/core/notification.ts';
import type { Webhook } from '../../src/core/webhook.ts';
import { createLogger } from '../../src/daemon/logger.ts';
import { JobCache } from '../../src/feederd/job-cache.ts';
import { JobStateNotifier } from '../../src/feederd/job-state-notifier.ts';
import { LOOPBACK } from '../doubles/loopback.ts';
import { makeJob } from '../doubles/make-job.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { MemoryJobQueue } from '../doubles/memory-job-queue.ts';
import { MemoryJobStore } from '../doubles/memory-job-store.ts';

const SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const retryPolicy = { maxFailures: 3, backOffMs: 5000, maxBackOffMs: 60_000 };

describe('JobStateNotifier, by POST', () => {
  let clock: ManualClock;
  let receiver: Server;
  let answer: RequestListener;
  let heard: (Webhook & { readonly id: string })[];
  let cache: JobCache;
  let backend: JobStateBackend;
  let notifier: JobStateNotifier;

  beforeEach(async () => {
    clock = new ManualClock();
    heard = [];
    answer = (_request, response) => response.end();
    receiver = await listening((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const webhook = JSON.parse(Buffer.concat(parts).toString()) as Webhook;
        heard.push({ id: String(request.headers['webhook-id']), ...webhook });
        answer(request, response);
      });
    });
    const store = new MemoryJobStore();
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
      logger: createLogger({ name: 'test', level: 'silent', pretty: false }),
      settings: {
        notifyTimeoutSeconds: 1,
        notifySecrets: [SECRET],
        httpAllowedNetworks: LOOPBACK,
      },
      onRoom: () => notifier.deliverDue(),
      stop: new AbortController().signal,
    });
  });

  afterEach(() => close(receiver));

  /** A job that a node has begun, and whose receiver is to be told. */
  async function begun(...events: NotifyEvent[]): Promise<EncodingJob> {
    await backend.create(makeJob({ notify: { url: urlOf(receiver), events, secret: null } }));
    return change((job, now) => claim(job, { nodeId: 'n', leaseMs: 30_000, retryPolicy }, now));
  }

  async function change(rule: JobRule): Promise<EncodingJob> {
    const { job } = await backend.change('job-1', rule);
    cache.update(job);
    return job;
  }

  /** Tries what is due until nothing is left that could be tried now. */
  async function deliver(): Promise<void> {
    for (;;) {
      notifier.deliverDue();
      const before = heard.length;
      await notifier.settled();
      if (heard.length === before) return;
    }
  }

  const sequences = () => heard.map(({ data }) => data.sequence);

  it('tells of each state in order, under ids that stay the same over retries', async () => {
    await begun('state');
    answer = (_request, response) => response.writeHead(500).end();
    await deliver();
    await clock.advance(31_000);
    await change((job, now) => cancel(job, now));
    expect(sequences()).toEqual([1]);
    answer = (_request, response) => response.end();
    await deliver();
    expect(sequences()).toEqual([1, 1, 2]);
    expect(heard.map(({ id }) => id)).toEqual(['job-1_1', 'job-1_1', 'job-1_2']);
    expect(heard[1]).toMatchObject({
      type: 'job.state',
      timestamp: heard[0]?.timestamp,
      data: { notified_state: 'DOWNLOADING', job_state: 'CANCELLED' },
    });
  });

  it('has a retried job’s news wait for the older ones, but not for three days', async () => {
    await begun('state');
    answer = (_request, response) => response.destroy();
    await clock.advance(31_000);
    await change((job, now) => cancel(job, now));
    await deliver();
    await change((job, now) => retry(job, now));
    await deliver();
    expect(sequences()).toEqual([1]);
    // After two failures in a row the others get their turns: a dead receiver holds up 5 s each.
    for (let index = 0; index < 3; index += 1) {
      await clock.advance(6000);
      await deliver();
    }
    expect(sequences()).toEqual([1, 1, 2, 2, 3, 3]);
    answer = (_request, response) => response.end();
    await clock.advance(340_000);
    await deliver();
    expect(sequences().slice(6)).toEqual([1, 2, 3]);
    expect(cache.jobs()).toMatchObject([{ jobState: 'PENDING', undelivered: [] }]);
  });

  it('asks a receiver that is gone never again, unless somebody has it redelivered', async () => {
    await begun('state', 'finished');
    answer = (_request, response) => response.writeHead(410).end();
    await deliver();
    await clock.advance(31_000);
    const ended = await change((job, now) => cancel(job, now));
    expect(ended.undelivered).toEqual([]);
    expect(ended.deliveries).toMatchObject([
      { outcome: 'given-up', lastStatus: 410, lastError: 'it wants no more (410 Gone)' },
    ]);
    await deliver();
    expect(heard).toHaveLength(1);

    answer = (_request, response) => response.end();
    await change((job, now) => redeliver(job, 'job-1_1', now));
    await deliver();
    expect(sequences()).toEqual([1, 1]);
    expect((await backend.get('job-1')).deliveries).toMatchObject([
      { id: 'job-1_1', outcome: 'delivered', tries: 1 },
    ]);
    expect([...cache.untold()]).toEqual([]);
  });

  it('tells the jobs of a good receiver while as many wait for one that is dead', async () => {
    const jobs = 200;
    let asked = 0;
    const dead = await listening(() => (asked += 1));
    onTestFinished(() => close(dead));
    for (let index = 0; index < 2 * jobs; index += 1) {
      const uniqueId = `${index}`;
      const url = urlOf(index % 2 === 0 ? dead : receiver);
      const notify = { url, events: ['finished' as const], secret: null };
      await backend.create(makeJob({ uniqueId, notify }));
      cache.update((await backend.change(uniqueId, cancel)).job);
    }
    const all = Promise.withResolvers<void>();
    answer = (_request, response) => {
      response.end();
      if (heard.length === jobs) all.resolve();
    };
    notifier.deliverDue();
    await all.promise;
    expect(new Set(heard.map(({ id }) => id)).size).toBe(jobs);
    // One at a time, and each takes a second.
    expect(asked).toBeLessThan(jobs / 2);
  });
});

async function listening(listener: RequestListener): Promise<Server> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function close(server: Server): void {
  server.closeAllConnections();
  server.close();
}

function urlOf(server: Server): string {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return `http://127.0.0.1:${address.port}/`;
}
