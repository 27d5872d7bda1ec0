import type * as z from 'zod';
import type { WebhookSchema } from './api-schema.ts';
import type { EncodingJob } from './job.ts';
import { isoTime, toWireJob } from './job-wire.ts';
import { webhookType, type Notification } from './notification.ts';

/** The body of a signed notification: JSON in this shape, as Standard Webhooks suggests it. */
export type Webhook = z.infer<typeof WebhookSchema>;

/** The job as it is when the notification is sent, and which notification it is. */
export type WebhookJob = Webhook['data'];

export function toWebhook(job: EncodingJob, notification: Notification): Webhook {
  const { deliveries: _, ...shown } = toWireJob(job);
  return {
    type: webhookType(notification.event),
    timestamp: isoTime(notification.createdAt),
    data: { ...shown, sequence: notification.sequence, notified_state: notification.jobState },
  };
}
