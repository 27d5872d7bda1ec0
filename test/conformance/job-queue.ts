import { describe, expect, it } from 'vitest';
import type { JobQueue, QueueMessage, ReceiveRequest } from '../../src/core/ports.ts';

/** What every queue does. `makeQueue` is called within a test, and gives an empty one. */
export function describeJobQueue(
  name: string,
  makeQueue: (options: { maxReceives: number }) => Promise<JobQueue>,
): void {
  const makePatientQueue = () => makeQueue({ maxReceives: 100 });

  describe(`${name} as a job queue`, () => {
    it('hands out a message once and hides it', async () => {
      const queue = await makePatientQueue();
      const body = JSON.stringify({ unique_id: 'ünique 映像 "quoted" \n' });
      await queue.send(body);
      expect(await receive(queue, { waitSeconds: 5 })).toMatchObject([{ body, receiveCount: 1 }]);
      expect(await receive(queue, { waitSeconds: 0 })).toEqual([]);
    });

    it('gives every message to one of many simultaneous receivers', async () => {
      const queue = await makePatientQueue();
      const bodies = Array.from({ length: 40 }, (_, n) => `message ${String(n).padStart(2, '0')}`);
      await Promise.all(bodies.map((body) => queue.send(body)));
      const got: string[] = [];
      const receiver = async () => {
        while (got.length < bodies.length) {
          for (const { body, receipt } of await receive(queue, { max: 3, waitSeconds: 1 })) {
            got.push(body);
            await queue.remove(receipt);
          }
        }
      };
      await Promise.all([receiver(), receiver(), receiver(), receiver()]);
      expect(got.toSorted()).toEqual(bodies);
    });

    it('hands out no more messages at once than asked for', async () => {
      const queue = await makePatientQueue();
      await Promise.all(['a', 'b', 'c', 'd', 'e'].map((body) => queue.send(body)));
      const some = await receive(queue, { max: 2, waitSeconds: 5 });
      expect(some.length).toBeGreaterThanOrEqual(1);
      expect(some.length).toBeLessThanOrEqual(2);
    });

    it('gives a message to somebody who waits at once', async () => {
      const queue = await makePatientQueue();
      const startedAt = performance.now();
      for (let n = 0; n < 20; n += 1) {
        const received = receive(queue, { waitSeconds: 20 });
        await queue.send(`message ${n}`);
        const message = only(await received);
        expect(message.body).toBe(`message ${n}`);
        await queue.remove(message.receipt);
      }
      // Looking once a second would take twenty.
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    });

    it('comes back empty when the wait is over', async () => {
      const queue = await makePatientQueue();
      const startedAt = performance.now();
      expect(await receive(queue, { waitSeconds: 1 })).toEqual([]);
      expect(performance.now() - startedAt).toBeGreaterThan(900);
    });

    it('ends the wait with nothing on an abort, and loses no message by that', async () => {
      const queue = await makePatientQueue();
      const aborting = new AbortController();
      const startedAt = performance.now();
      const waiting = receive(queue, {
        waitSeconds: 20,
        visibilitySeconds: 1,
        signal: aborting.signal,
      });
      setImmediate(() => aborting.abort());
      expect(await waiting).toEqual([]);
      expect(performance.now() - startedAt).toBeLessThan(10_000);

      await queue.send('after the abort');
      expect(only(await receive(queue, { waitSeconds: 20 })).body).toBe('after the abort');
    });

    it('takes nothing when it is aborted before it starts', async () => {
      const queue = await makePatientQueue();
      await queue.send('message');
      const signal = AbortSignal.abort();
      expect(await receive(queue, { waitSeconds: 20, signal })).toEqual([]);
      expect(only(await receive(queue, { waitSeconds: 5 })).receiveCount).toBe(1);
    });

    it('shows a message again when nobody has removed it in time', async () => {
      const queue = await makePatientQueue();
      await queue.send('message');
      const first = only(await receive(queue, { waitSeconds: 5, visibilitySeconds: 1 }));
      const second = only(await receive(queue, { waitSeconds: 10 }));
      expect(second).toMatchObject({ body: first.body, receiveCount: 2 });
    });

    it('takes no orders from an outdated receipt', async () => {
      const queue = await makePatientQueue();
      await queue.send('message');
      const first = only(await receive(queue, { waitSeconds: 5, visibilitySeconds: 1 }));
      const second = only(await receive(queue, { waitSeconds: 10, visibilitySeconds: 60 }));
      await queue.release(first.receipt);
      await queue.extend(first.receipt, 0);
      await queue.remove(first.receipt);
      expect(await receive(queue, { waitSeconds: 0 })).toEqual([]);
      await queue.release(second.receipt);
      expect(only(await receive(queue, { waitSeconds: 5 }))).toMatchObject({ receiveCount: 3 });
    });

    it('hides a message longer when asked to', async () => {
      const queue = await makePatientQueue();
      await queue.send('message');
      const message = only(await receive(queue, { waitSeconds: 5, visibilitySeconds: 5 }));
      await queue.extend(message.receipt, 60);
      expect(await receive(queue, { waitSeconds: 7 })).toEqual([]);
      await queue.remove(message.receipt);
      await expect.poll(() => queue.depth()).toEqual({ waiting: 0, delayed: 0, inFlight: 0 });
    });

    it('counts the time that a message is hidden longer from the moment it is asked to', async () => {
      const queue = await makePatientQueue();
      await queue.send('message');
      const message = only(await receive(queue, { waitSeconds: 5, visibilitySeconds: 600 }));
      await queue.extend(message.receipt, 1);
      expect(only(await receive(queue, { waitSeconds: 20 })).receiveCount).toBe(2);
    });

    it('does not hide a released message again for who released it', async () => {
      const queue = await makePatientQueue();
      await queue.send('message');
      const message = only(await receive(queue, { waitSeconds: 5, visibilitySeconds: 60 }));
      await queue.release(message.receipt);
      await queue.extend(message.receipt, 60);
      expect(only(await receive(queue, { waitSeconds: 5 })).receiveCount).toBe(2);
    });

    it('shows a released message to somebody who waits at once', async () => {
      const queue = await makePatientQueue();
      await queue.send('message');
      const message = only(await receive(queue, { waitSeconds: 5, visibilitySeconds: 60 }));
      const next = receive(queue, { waitSeconds: 20 });
      await queue.release(message.receipt);
      expect(only(await next)).toMatchObject({ body: 'message', receiveCount: 2 });
    });

    it('never shows a removed message again', async () => {
      const queue = await makePatientQueue();
      await queue.send('message');
      const message = only(await receive(queue, { waitSeconds: 5, visibilitySeconds: 60 }));
      await queue.remove(message.receipt);
      // What is merely hidden would be there after this.
      await queue.release(message.receipt);
      expect(await receive(queue, { waitSeconds: 1 })).toEqual([]);
      await expect.poll(() => queue.depth()).toEqual({ waiting: 0, delayed: 0, inFlight: 0 });
    });

    it('holds a delayed message back for its time', async () => {
      const queue = await makePatientQueue();
      const sentAt = performance.now();
      await queue.send('later', 2);
      expect(only(await receive(queue, { waitSeconds: 20 })).body).toBe('later');
      expect((performance.now() - sentAt) / 1000).toBeGreaterThan(0.9);
    });

    it('counts what waits, what is delayed and what is in flight', async () => {
      const queue = await makePatientQueue();
      await queue.send('to be taken');
      const taken = only(await receive(queue, { waitSeconds: 5, visibilitySeconds: 60 }));
      await queue.send('waiting');
      await queue.send('waiting too');
      await queue.send('delayed', 600);
      await expect.poll(() => queue.depth()).toEqual({ waiting: 2, delayed: 1, inFlight: 1 });
      await queue.remove(taken.receipt);
      await expect.poll(() => queue.depth()).toEqual({ waiting: 2, delayed: 1, inFlight: 0 });
    });

    it('puts a message that was received too often among the dead letters', async () => {
      const queue = await makeQueue({ maxReceives: 2 });
      await queue.send('poison');
      for (const receiveCount of [1, 2]) {
        const message = only(await receive(queue, { waitSeconds: 10, visibilitySeconds: 60 }));
        expect(message.receiveCount).toBe(receiveCount);
        expect(await queue.deadLetters()).toEqual([]);
        await queue.release(message.receipt);
      }
      expect(await receive(queue, { waitSeconds: 1 })).toEqual([]);
      const dead = only(await queue.deadLetters());
      expect(dead.body).toBe('poison');
      await queue.removeDeadLetter(dead.receipt);
      expect(await queue.deadLetters()).toEqual([]);
      await expect.poll(() => queue.depth()).toEqual({ waiting: 0, delayed: 0, inFlight: 0 });
    });

    it('wipes every message', async () => {
      const queue = await makePatientQueue();
      await queue.send('to be taken');
      await receive(queue, { waitSeconds: 5, visibilitySeconds: 1 });
      await queue.send('waiting');
      await queue.send('delayed', 1);
      await queue.wipe();
      expect(await receive(queue, { waitSeconds: 2 })).toEqual([]);
    });
  });
}

function receive(
  queue: JobQueue,
  request: Partial<ReceiveRequest>,
): Promise<readonly QueueMessage[]> {
  return queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 60, ...request });
}

function only(messages: readonly QueueMessage[]): QueueMessage {
  const [message] = messages;
  if (messages.length !== 1 || message === undefined) {
    throw new Error(`expected one message, got ${JSON.stringify(messages)}`);
  }
  return message;
}
