import type { Clock } from '../core/clock.ts';
import type { EncodingJob } from '../core/job.ts';
import {
  dueNotifications,
  recordDelivery,
  type DeliveryOutcome,
} from '../core/job-rules/notifications.ts';
import type { JobStateBackend } from '../core/job-state-backend.ts';
import type { Notification } from '../core/notification.ts';
import { isJobGone } from '../core/unreadable-job.ts';
import type { Logger } from '../daemon/logger.ts';
import type { DeliveryTried } from './feeder-observer.ts';
import type { JobCache } from './job-cache.ts';
import { DeliverySchedule, type DueJob } from './notify/delivery-schedule.ts';
import {
  openSender,
  type SendNotification,
  type SendSettings,
} from './notify/send-notification.ts';

export interface JobStateNotifierParts {
  readonly cache: JobCache;
  readonly backend: JobStateBackend;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: SendSettings;
  /** Default: over HTTP. */
  readonly send?: SendNotification | undefined;
  /** Called when there is room for another try. */
  readonly onRoom: () => void;
  /** Called when what came of a try is stored. */
  readonly onTried?: (outcome: DeliveryTried) => void;
  /** Ends the waits for a store that cannot be reached. */
  readonly stop: AbortSignal;
}

const STORE_AGAIN_MS = 1000;

/**
 * Tells receivers what happens to their jobs. What is to be delivered is kept in the job itself, so a
 * feederd that was down delivers it when it is back. A slow receiver keeps no other waiting.
 */
export class JobStateNotifier {
  readonly #parts: JobStateNotifierParts;
  readonly #send: SendNotification;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #schedule = new DeliverySchedule();

  constructor(parts: JobStateNotifierParts) {
    this.#parts = parts;
    this.#send = parts.send ?? openSender(parts.settings);
  }

  /** To be called with every job that is new or has changed. */
  changed(job: EncodingJob): void {
    this.#schedule.update(job, this.#parts.clock.now());
  }

  /** Starts a try for every notification that is due, as far as there is room. */
  deliverDue(): void {
    for (const due of this.#schedule.take(this.#parts.clock)) {
      const delivering = this.#deliver(due).finally(() => {
        due.done();
        this.#inFlight.delete(delivering);
        this.#parts.onRoom();
      });
      this.#inFlight.add(delivering);
    }
  }

  /** Resolves when the tries under way have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  async #deliver({ uniqueId, free }: DueJob): Promise<void> {
    const { clock, logger } = this.#parts;
    const job = await this.#read(uniqueId);
    const [notification] = job === undefined ? [] : dueNotifications(job, clock.now());
    // Somebody else may have delivered it.
    if (job === undefined || notification === undefined) return free(undefined);
    const outcome = await this.#send(job, notification, clock.now());
    free(outcome.delivered || outcome.status !== undefined);
    const line = { job_id: uniqueId, notification_id: notification.id, ...outcome };
    if (outcome.delivered) logger.info(line, 'notified');
    else logger.warn(line, 'notification failed');
    await this.#record(job, notification, outcome);
  }

  /** The job as it is now: the cache keeps little of those that have ended. */
  async #read(uniqueId: string): Promise<EncodingJob | undefined> {
    const { cache, clock, logger, stop } = this.#parts;
    try {
      const job = await cache.refresh(uniqueId);
      if (job === undefined) this.#schedule.forget(uniqueId);
      return job;
    } catch (thrown: unknown) {
      logger.error(
        { err: thrown, job_id: uniqueId },
        'could not read a job to notify; trying again',
      );
      await clock.sleep(STORE_AGAIN_MS, stop);
      return undefined;
    }
  }

  /** Tries on while the store cannot be reached: else the receiver would be hit again meanwhile. */
  async #record(
    { uniqueId }: EncodingJob,
    { id }: Notification,
    outcome: DeliveryOutcome,
  ): Promise<void> {
    const { backend, cache, clock, logger, stop, onTried } = this.#parts;
    while (true) {
      try {
        const ruling = await backend.change(uniqueId, (stored, now) =>
          recordDelivery(stored, id, outcome, now),
        );
        const isWaiting = ruling.job.undelivered.some((each) => each.id === id);
        if (outcome.delivered) onTried?.('delivered');
        else onTried?.(isWaiting ? 'failed' : 'given_up');
        return cache.update(ruling.job);
      } catch (thrown: unknown) {
        logger.error(
          { err: thrown, job_id: uniqueId },
          'could not record a notification; trying on',
        );
        if (isJobGone(thrown)) {
          await this.#read(uniqueId);
          return;
        }
        if (stop.aborted) return;
      }
      await clock.sleep(STORE_AGAIN_MS, stop);
    }
  }
}
