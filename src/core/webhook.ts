import type { EncodingJob } from './job.ts';
import type { JobState } from './job-states.ts';
import { isoTime, toWireJob, type WireJob } from './job-wire.ts';
import { webhookType, type Notification, type WebhookType } from './notification.ts';

/** The body of a signed notification: JSON in this shape, as Standard Webhooks suggests it. */
export interface Webhook {
  type: WebhookType;
  /** When it happened; ISO 8601. */
  timestamp: string;
  data: WebhookJob;
}

/** The job as it is when the notification is sent, and which notification it is. */
export type WebhookJob = Omit<WireJob, 'deliveries'> & {
  /** Counts a job's notifications, from 1. */
  sequence: number;
  /** The state that the job was in when it happened. */
  notified_state: JobState;
};

export function toWebhook(job: EncodingJob, notification: Notification): Webhook {
  const { deliveries: _, ...shown } = toWireJob(job);
  return {
    type: webhookType(notification.event),
    timestamp: isoTime(notification.createdAt),
    data: { ...shown, sequence: notification.sequence, notified_state: notification.jobState },
  };
}
