import { describe, expect, it } from 'vitest';
import { NommerError } from '../../../src/core/errors.ts';
import type { QueueMessage, ReceiveRequest } from '../../../src/core/ports.ts';
import { createLogger } from '../../../src/daemon/logger.ts';
import { runNewJobLoop } from '../../../src/nommerd/new-job-loop.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { MemoryJobQueue } from '../../doubles/memory-job-queue.ts';

const logger = createLogger({ name: 'test', level: 'silent', pretty: false });

/** A queue whose answer is on its way when the wait for it is aborted. */
class LateQueue extends MemoryJobQueue {
  readonly receiving = Promise.withResolvers<void>();
  readonly answer = Promise.withResolvers<void>();

  override async receive(request: ReceiveRequest): Promise<readonly QueueMessage[]> {
    const { max, waitSeconds, visibilitySeconds } = request;
    const messages = await super.receive({ max, waitSeconds, visibilitySeconds });
    this.receiving.resolve();
    await this.answer.promise;
    return messages;
  }
}

describe('runNewJobLoop', () => {
  const makeLoop = (queue: MemoryJobQueue, clock: ManualClock, stop: AbortSignal) => {
    const worked: string[] = [];
    const end = Promise.withResolvers<void>();
    const loop = runNewJobLoop({
      queue,
      slots: 2,
      work: async ({ body }) => {
        worked.push(body);
        await end.promise;
      },
      leaseSeconds: 60,
      newJobCheckSeconds: 60,
      stop,
      clock,
      logger,
    });
    return { loop, worked, end };
  };

  it('gives back at once a job that came in the moment of leaving', async () => {
    const clock = new ManualClock();
    const queue = new LateQueue(clock);
    await queue.send('job-1');
    const stop = new AbortController();
    const { loop, worked } = makeLoop(queue, clock, stop.signal);
    await queue.receiving.promise;
    stop.abort();
    queue.answer.resolve();
    await loop;
    expect(worked).toEqual([]);
    expect(await queue.depth()).toEqual({ waiting: 1, delayed: 0, inFlight: 0 });
  });

  it('works to its end on what it has, and takes nothing more', async () => {
    const clock = new ManualClock();
    const queue = new MemoryJobQueue(clock);
    await queue.send('job-1');
    const stop = new AbortController();
    const { loop, worked, end } = makeLoop(queue, clock, stop.signal);
    await clock.settle();
    expect(worked).toEqual(['job-1']);
    stop.abort();
    await queue.send('job-2');
    await clock.settle();
    let hasEnded = false;
    const ending = loop.then(() => (hasEnded = true));
    await clock.settle();
    expect({ worked, hasEnded }).toEqual({ worked: ['job-1'], hasEnded: false });
    end.resolve();
    await ending;
    expect((await queue.depth()).waiting).toBe(1);
  });

  it('receives less and less while nothing can be handled, and soon again afterwards', async () => {
    const clock = new ManualClock();
    const queue = new MemoryJobQueue(clock);
    for (let id = 1; id <= 20; id += 1) await queue.send(`job-${id}`);
    const stop = new AbortController();
    let isAway = true;
    let tries = 0;
    const handled: string[] = [];
    const loop = runNewJobLoop({
      queue,
      slots: 2,
      work: async ({ body, receipt }) => {
        tries += 1;
        await queue.extend(receipt, 5);
        if (isAway) throw new NommerError('UNAVAILABLE', 'no store');
        handled.push(body);
        await queue.remove(receipt);
      },
      leaseSeconds: 60,
      newJobCheckSeconds: 60,
      stop: stop.signal,
      clock,
      logger,
    });
    await clock.advance(600_000);
    expect(tries).toBeGreaterThan(60);
    expect(tries).toBeLessThan(140);
    isAway = false;
    await clock.advance(20_000);
    expect(handled).toHaveLength(20);
    stop.abort();
    await loop;
  });
});
