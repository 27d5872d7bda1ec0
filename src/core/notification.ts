import type { JobState } from './job-states.ts';

/** What a receiver of signed POSTs may ask to hear of. */
export const NOTIFY_EVENTS = ['state', 'finished', 'progress'] as const;

/** `state`: another state. `finished`: the end. `progress`: how far the work is, every few seconds. */
export type NotifyEvent = (typeof NOTIFY_EVENTS)[number];

/** What such a POST is called in its body. */
export type WebhookType = `job.${NotifyEvent}`;

export function webhookType(event: NotifyEvent): WebhookType {
  return `job.${event}`;
}

/** Who is told of a job by signed POSTs, and of what. */
export interface NotifyRequest {
  /** http or https; may carry credentials, so show it only through `redact`. */
  readonly url: string;
  readonly events: readonly NotifyEvent[];
  /** `whsec_…`, to sign with; null = the installation's own. Never shown. */
  readonly secret: string | null;
}

/** Something that a receiver is told of. */
export interface Told {
  /** Stable over retries. */
  readonly id: string;
  /** Gap-free per job, from 1. */
  readonly sequence: number;
  readonly event: NotifyEvent;
  /** The state that the job was in. */
  readonly jobState: JobState;
  /** When it happened. */
  readonly createdAt: number;
  readonly tries: number;
  readonly lastTryAt: number | null;
  /** HTTP status of the latest try; null where there was no answer. */
  readonly lastStatus: number | null;
  /** Why the latest try that failed did. */
  readonly lastError: string | null;
}

/** One that is still to be delivered. */
export interface Notification extends Told {
  readonly nextTryAt: number;
}

/** One that needs nothing more. */
export interface Delivery extends Told {
  readonly outcome: 'delivered' | 'given-up';
  readonly at: number;
}
