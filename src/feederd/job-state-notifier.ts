import type { Clock } from '../core/clock.ts';
import { NommerError } from '../core/errors.ts';
import type { EncodingJob } from '../core/job.ts';
import {
  dueNotifications,
  recordDelivery,
  type DeliveryOutcome,
} from '../core/job-rules/notifications.ts';
import type { JobStateBackend } from '../core/job-state-backend.ts';
import type { Notification } from '../core/notification.ts';
import type { Logger } from '../daemon/logger.ts';
import type { JobCache } from './job-cache.ts';
import { ReceiverPlaces, type Place } from './notify/receiver-places.ts';
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
  /** Ends the waits for a store that cannot be reached. */
  readonly stop: AbortSignal;
}

const RECORD_AGAIN_MS = 1000;

/**
 * Tells receivers what happens to their jobs. What is to be delivered is kept in the job itself, so a
 * feederd that was down delivers it when it is back. A slow receiver keeps no other waiting.
 */
export class JobStateNotifier {
  readonly #parts: JobStateNotifierParts;
  readonly #send: SendNotification;
  /** By job: its notifications are delivered one after the other. */
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #places = new ReceiverPlaces();

  constructor(parts: JobStateNotifierParts) {
    this.#parts = parts;
    this.#send = parts.send ?? openSender(parts.settings);
  }

  /** Starts a try for every notification that is due, as far as there is room. */
  deliverDue(): void {
    const { cache, clock } = this.#parts;
    for (const job of cache.jobs()) {
      if (this.#places.isFull) return;
      const [notification] = dueNotifications(job, clock.now());
      if (notification === undefined || this.#inFlight.has(job.uniqueId)) continue;
      const place = this.#places.take(hostOf(job.notify?.url ?? job.notifyUrl));
      if (place !== undefined) this.#start(job, notification, place);
    }
  }

  /** Resolves when the tries under way have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#inFlight.values());
  }

  #start(job: EncodingJob, notification: Notification, place: Place): void {
    const delivering = this.#deliver(job, notification, place).finally(() => {
      this.#inFlight.delete(job.uniqueId);
      this.#parts.onRoom();
    });
    this.#inFlight.set(job.uniqueId, delivering);
  }

  async #deliver(job: EncodingJob, notification: Notification, place: Place): Promise<void> {
    const { clock, logger } = this.#parts;
    const outcome = await this.#send(job, notification, clock.now());
    place.free(outcome.delivered || outcome.status !== undefined);
    const line = { job: job.uniqueId, notification: notification.id, ...outcome };
    if (outcome.delivered) logger.info(line, 'notified');
    else logger.warn(line, 'notification failed');
    await this.#record(job, notification, outcome);
  }

  /** Tries on while the store cannot be reached: else the receiver would be hit again meanwhile. */
  async #record(
    { uniqueId }: EncodingJob,
    { id }: Notification,
    outcome: DeliveryOutcome,
  ): Promise<void> {
    const { backend, cache, clock, logger, stop } = this.#parts;
    while (true) {
      try {
        const ruling = await backend.change(uniqueId, (stored, now) =>
          recordDelivery(stored, id, outcome, now),
        );
        return cache.update(ruling.job);
      } catch (thrown: unknown) {
        logger.error({ err: thrown, job: uniqueId }, 'could not record a notification; trying on');
        const isGone = thrown instanceof NommerError && thrown.code === 'UNKNOWN_JOB';
        if (isGone) return cache.refresh(uniqueId);
        if (stop.aborted) return;
      }
      await clock.sleep(RECORD_AGAIN_MS, stop);
    }
  }
}

function hostOf(url: string | null): string {
  return url !== null && URL.canParse(url) ? new URL(url).host : '';
}
