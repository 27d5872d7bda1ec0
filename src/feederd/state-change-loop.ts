import type { Clock } from '../core/clock.ts';
import { decodeJobMessage } from '../core/messages.ts';
import type { JobQueue } from '../core/ports.ts';
import type { Logger } from '../daemon/logger.ts';
import type { JobCache } from './job-cache.ts';

export interface StateChangeLoopParts {
  readonly queue: JobQueue;
  readonly cache: JobCache;
  readonly stop: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LONG_POLL_SECONDS = 20;
const VISIBILITY_SECONDS = 30;
const RETRY_MS = 1000;

/** Hears of state changes as they are announced and refreshes those jobs in the cache. */
export async function runStateChangeLoop(parts: StateChangeLoopParts): Promise<void> {
  const { queue, cache, stop, clock, logger } = parts;
  while (!stop.aborted) {
    try {
      const messages = await queue.receive({
        max: 10,
        waitSeconds: LONG_POLL_SECONDS,
        visibilitySeconds: VISIBILITY_SECONDS,
        signal: stop,
      });
      const changed = new Set(messages.flatMap(({ body }) => decodeJobMessage(body) ?? []));
      await Promise.all([...changed].map((uniqueId) => cache.refresh(uniqueId)));
      await Promise.all(messages.map(({ receipt }) => queue.remove(receipt)));
    } catch (thrown: unknown) {
      logger.error({ err: thrown }, 'cannot hear of state changes; trying again');
      await clock.sleep(RETRY_MS, stop);
    }
  }
}
