import { request } from 'undici';
import type { Clock } from '../core/clock.ts';
import type { EncodingJob, Notification } from '../core/job.ts';
import {
  dueNotifications,
  recordDelivery,
  type DeliveryOutcome,
} from '../core/job-rules/notifications.ts';
import type { JobStateBackend } from '../core/job-state-backend.ts';
import { redact } from '../core/redact.ts';
import type { Logger } from '../daemon/logger.ts';
import type { JobCache } from './job-cache.ts';
import { notifyUrlFor } from './notify-url.ts';

export interface JobStateNotifierParts {
  readonly cache: JobCache;
  readonly backend: JobStateBackend;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: { readonly notifyTimeoutSeconds: number };
}

/** So many receivers may be slow at once before others have to wait. */
const MAX_IN_FLIGHT = 100;

/**
 * Hits the `notify_url` of jobs that have ended. What is to be delivered is kept in the job itself, so
 * a feederd that was down delivers it when it is back. A slow receiver keeps nobody waiting.
 */
export class JobStateNotifier {
  readonly #parts: JobStateNotifierParts;
  /** Jobs with a try under way: their notifications are delivered one after the other. */
  readonly #inFlight = new Map<string, Promise<void>>();

  constructor(parts: JobStateNotifierParts) {
    this.#parts = parts;
  }

  /** Starts a try for every notification that is due. */
  deliverDue(): void {
    const { cache, clock } = this.#parts;
    for (const job of cache.jobs()) {
      if (this.#inFlight.size >= MAX_IN_FLIGHT) return;
      const [notification] = dueNotifications(job, clock.now());
      if (notification === undefined || this.#inFlight.has(job.uniqueId)) continue;
      const delivering = this.#deliver(job, notification).finally(() =>
        this.#inFlight.delete(job.uniqueId),
      );
      this.#inFlight.set(job.uniqueId, delivering);
    }
  }

  /** Resolves when the tries under way have ended and are recorded. */
  async settled(): Promise<void> {
    await Promise.all(this.#inFlight.values());
  }

  async #deliver(job: EncodingJob, notification: Notification): Promise<void> {
    const { backend, cache, logger } = this.#parts;
    const outcome = await this.#hit(job, notification);
    const line = { job: job.uniqueId, notification: notification.id, ...outcome };
    if (outcome.delivered) logger.info(line, 'notified');
    else logger.warn(line, 'notification failed');
    try {
      const ruling = await backend.change(job.uniqueId, (stored, now) =>
        recordDelivery(stored, notification.id, outcome, now),
      );
      cache.update(ruling.job);
    } catch (thrown: unknown) {
      logger.error({ err: thrown, job: job.uniqueId }, 'could not record a notification');
    }
  }

  async #hit(job: EncodingJob, notification: Notification): Promise<DeliveryOutcome> {
    if (job.notifyUrl === null) return { delivered: false, error: 'the job has no notify_url' };
    const timeoutMs = this.#parts.settings.notifyTimeoutSeconds * 1000;
    try {
      const { statusCode, body } = await request(notifyUrlFor(job.notifyUrl, job, notification), {
        headers: { 'user-agent': 'media-nommer' },
        signal: AbortSignal.timeout(timeoutMs),
      });
      await body.dump();
      if (statusCode >= 200 && statusCode < 300) return { delivered: true };
      return { delivered: false, error: `the receiver answered ${statusCode}` };
    } catch (thrown: unknown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      return { delivered: false, error: redact(why) };
    }
  }
}
