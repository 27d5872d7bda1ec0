import type { Clock } from '../core/clock.ts';
import type { JobQueue, QueueMessage } from '../core/ports.ts';
import { Doorbell } from '../daemon/doorbell.ts';
import type { Logger } from '../daemon/logger.ts';

export interface NewJobLoopParts {
  readonly queue: JobQueue;
  readonly slots: number;
  /** Works on what the message is about; resolves when the slot is free again. Rejects where it could not begin. */
  readonly work: (message: QueueMessage) => Promise<void>;
  readonly leaseSeconds: number;
  /** Wait after the queue could not be reached; longer with every failure, at most this. */
  readonly newJobCheckSeconds: number;
  /** Ends the loop. */
  readonly stop: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LONG_POLL_SECONDS = 20;
const MAX_MESSAGES = 10;
/** Mostly it is the store that cannot be reached; jobs shall not wait for long once it is back. */
const LONGEST_REST_SECONDS = 10;
/** A slot that becomes free rings; this is how often one looks besides. */
const LOOK_AGAIN_MS = 60_000;

/**
 * Fills every free slot as soon as there is work: while one slot is busy the others go on waiting for
 * messages, and nobody waits for a batch. While messages cannot be handled, it receives them with back-off,
 * so that an outage does not use them up. After `stop` it takes nothing more and resolves when the
 * work in hand has ended.
 */
export async function runNewJobLoop(parts: NewJobLoopParts): Promise<void> {
  const { queue, slots, stop, clock, logger } = parts;
  const busy = new Set<Promise<void>>();
  const slotFree = new Doorbell();
  let failuresInARow = 0;
  let unhandledInARow = 0;
  let rest: Promise<void> | undefined;

  const onHandled = () => {
    unhandledInARow = 0;
  };
  const onUnhandled = (thrown: unknown) => {
    logger.error({ err: thrown }, 'a message could not be handled');
    // Those of one batch fail together.
    if (rest !== undefined) return;
    unhandledInARow += 1;
    const seconds = doubled(unhandledInARow, LONGEST_REST_SECONDS);
    rest = clock.sleep(seconds * 1000, stop).then(() => {
      rest = undefined;
    });
  };
  const start = (message: QueueMessage) => {
    const working = parts
      .work(message)
      .then(onHandled, onUnhandled)
      .finally(() => {
        busy.delete(working);
        slotFree.ring();
      });
    busy.add(working);
  };

  while (!stop.aborted) {
    if (rest !== undefined) {
      await rest;
      continue;
    }
    if (busy.size >= slots) {
      await slotFree.wait(clock, LOOK_AGAIN_MS, stop);
      continue;
    }
    try {
      const messages = await queue.receive({
        max: Math.min(slots - busy.size, MAX_MESSAGES),
        waitSeconds: LONG_POLL_SECONDS,
        visibilitySeconds: parts.leaseSeconds,
        signal: stop,
      });
      failuresInARow = 0;
      // Received in the moment of stopping: another node shall have them at once.
      if (stop.aborted)
        await Promise.allSettled(messages.map((each) => queue.release(each.receipt)));
      else messages.forEach(start);
    } catch (thrown: unknown) {
      failuresInARow += 1;
      const waitSeconds = doubled(failuresInARow, parts.newJobCheckSeconds);
      logger.error({ err: thrown, waitSeconds }, 'cannot receive new jobs; trying again');
      await clock.sleep(waitSeconds * 1000, stop);
    }
  }
  await Promise.all(busy);
}

function doubled(failuresInARow: number, mostSeconds: number): number {
  return Math.min(2 ** (failuresInARow - 1), mostSeconds);
}
