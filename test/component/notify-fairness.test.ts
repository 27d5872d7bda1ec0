import { beforeEach, describe, expect, it } from 'vitest';
import { JobStateBackend } from '../../src/core/job-state-backend.ts';
import { createLogger } from '../../src/daemon/logger.ts';
import { JobCache } from '../../src/feederd/job-cache.ts';
import { JobStateNotifier } from '../../src/feederd/job-state-notifier.ts';
import { makeJob } from '../doubles/make-job.ts';
import { makeNotification } from '../doubles/make-notification.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { MemoryJobQueue } from '../doubles/memory-job-queue.ts';
import { MemoryJobStore } from '../doubles/memory-job-store.ts';

const TIMEOUT_MS = 10_000;
const DEAD = 3000;
const ALIVE = 'http://hooks.example/alive';

describe('JobStateNotifier, with a good receiver among thousands of dead ones', () => {
  let clock: ManualClock;
  let store: MemoryJobStore;
  let cache: JobCache;
  let notifier: JobStateNotifier;
  /** The URLs that were tried. */
  let tries: (string | null)[];

  beforeEach(() => {
    clock = new ManualClock();
    store = new MemoryJobStore();
    tries = [];
    cache = new JobCache(store, (job) => notifier.changed(job));
    notifier = new JobStateNotifier({
      cache,
      backend: new JobStateBackend({
        store,
        newJobs: new MemoryJobQueue(clock),
        stateChanges: new MemoryJobQueue(clock),
        clock,
        onHintLost: () => undefined,
      }),
      clock,
      logger: createLogger({ name: 'test', level: 'silent', pretty: false }),
      settings: { notifyTimeoutSeconds: 10, notifySecrets: [], httpAllowedNetworks: [] },
      send: async ({ notifyUrl }) => {
        tries.push(notifyUrl);
        if (notifyUrl === ALIVE) return { delivered: true, status: 200 };
        await clock.sleep(TIMEOUT_MS);
        return { delivered: false, error: 'late' };
      },
      onRoom: () => notifier.deliverDue(),
      stop: new AbortController().signal,
    });
  });

  async function untold(uniqueId: string, notifyUrl: string): Promise<void> {
    const undelivered = [makeNotification({ id: `${uniqueId}_1`, nextTryAt: clock.now() })];
    await store.create(makeJob({ uniqueId, jobState: 'FINISHED', notifyUrl, undelivered }));
    await cache.refresh(uniqueId);
  }

  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      notifier.deliverDue();
      await clock.advance(1000);
    }
  }

  const triesOf = (url: string) => tries.filter((each) => each === url);

  it.each([
    ['of one name', () => 'http://dead.test/'],
    ['of a name each', (index: number) => `http://j${index}.dead.test/`],
    ['on its own host', () => 'http://hooks.example/dead'],
  ])('tells it within 5 s: dead ones %s', async (_which, urlOf) => {
    for (let index = 0; index < DEAD; index += 1) await untold(`dead-${index}`, urlOf(index));
    await untold('alive', ALIVE);
    await pass(5);
    expect(triesOf(ALIVE)).toHaveLength(1);
    // And one that comes when the dead ones are known as such.
    await pass(60);
    await untold('alive-too', ALIVE);
    await pass(5);
    expect(triesOf(ALIVE)).toHaveLength(2);
  });

  it('tells one that has answered before, though all new ones have dead paths on its host', async () => {
    await untold('alive', ALIVE);
    await pass(1);
    for (let index = 0; index < DEAD; index += 1) {
      await untold(`dead-${index}`, `http://hooks.example/${index}`);
    }
    await pass(30);
    await untold('alive-too', ALIVE);
    await pass(5);
    expect(triesOf(ALIVE)).toHaveLength(2);
  });

  it('asks a silent receiver once at a time, however much waits for it', async () => {
    for (let index = 0; index < 100; index += 1) await untold(`${index}`, 'http://dead.test/');
    await pass(60);
    const { length } = triesOf('http://dead.test/');
    expect(length).toBeGreaterThan(4);
    expect(length).toBeLessThan(8);
  });
});
