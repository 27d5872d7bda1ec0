import type { Delivery, EncodingJob, Notification } from '../job.ts';
import { change, refuse, type Ruling } from './ruling.ts';

/** Seconds until the next try after the 1st, 2nd, … failed one: about three days in all. */
const RETRY_AFTER_SECONDS = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

/** What happened when a notification was tried. */
export type DeliveryOutcome =
  | { readonly delivered: true }
  | { readonly delivered: false; readonly error: string };

/** The job with one more notification about its state, if anybody wants to hear of it. */
export function withNotification(job: EncodingJob, now: number): EncodingJob {
  if (job.notifyUrl === null) return job;
  const sequence = job.notificationCount + 1;
  const notification: Notification = {
    id: `${job.uniqueId}.${sequence}`,
    sequence,
    jobState: job.jobState,
    createdAt: now,
    tries: 0,
    nextTryAt: now,
    lastError: null,
  };
  return {
    ...job,
    notificationCount: sequence,
    undelivered: [...job.undelivered, notification],
  };
}

/** The notifications to try now, oldest first. */
export function dueNotifications(job: EncodingJob, now: number): readonly Notification[] {
  return job.undelivered.filter((notification) => notification.nextTryAt <= now);
}

/** Records one try: delivered, to be tried again later, or given up after the last try. */
export function recordDelivery(
  job: EncodingJob,
  notificationId: string,
  outcome: DeliveryOutcome,
  now: number,
): Ruling {
  const notification = job.undelivered.find(({ id }) => id === notificationId);
  if (notification === undefined) return refuse(job, 'unchanged');

  const tries = notification.tries + 1;
  const lastError = outcome.delivered ? null : outcome.error;
  const waitSeconds = RETRY_AFTER_SECONDS[tries - 1];
  if (!outcome.delivered && waitSeconds !== undefined) {
    const later = { ...notification, tries, lastError, nextTryAt: now + waitSeconds * 1000 };
    return change(job, now, {
      undelivered: job.undelivered.map((each) => (each === notification ? later : each)),
    });
  }

  const delivery: Delivery = {
    id: notification.id,
    sequence: notification.sequence,
    jobState: notification.jobState,
    outcome: outcome.delivered ? 'delivered' : 'given-up',
    tries,
    at: now,
    lastError: outcome.delivered ? notification.lastError : outcome.error,
  };
  return change(job, now, {
    undelivered: job.undelivered.filter((each) => each !== notification),
    deliveries: [...job.deliveries, delivery],
  });
}
