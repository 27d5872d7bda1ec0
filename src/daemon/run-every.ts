import type { Clock } from '../core/clock.ts';
import { Doorbell } from './doorbell.ts';
import type { Logger } from './logger.ts';

export interface RunEveryOptions {
  /** Ends the loop; a task under way is awaited. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Rung to run the task before its time. */
  readonly doorbell?: Doorbell;
  /** However often it is rung, the task rests for so long between two runs. */
  readonly restMs?: number;
}

/**
 * The one loop primitive: runs `task` now and then every `seconds`, counted from its end, so that it
 * never overlaps itself. An error is logged and counted, and the loop goes on. Resolves when stopped.
 */
export async function runEvery(
  name: string,
  seconds: number,
  task: () => Promise<void> | void,
  { signal, clock, logger, doorbell = new Doorbell(), restMs = 0 }: RunEveryOptions,
): Promise<void> {
  let failuresInARow = 0;
  while (!signal.aborted) {
    try {
      await task();
      if (failuresInARow > 0) logger.info({ task: name, failuresInARow }, 'task works again');
      failuresInARow = 0;
    } catch (thrown: unknown) {
      failuresInARow += 1;
      logger.error({ task: name, failuresInARow, err: thrown }, 'task failed; it runs again');
    }
    if (restMs > 0) await clock.sleep(restMs, signal);
    await doorbell.wait(clock, seconds * 1000 - restMs, signal);
  }
}
