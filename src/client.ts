/** The client of feederd's API, for Node and browsers: `media-nommer/client`. */
export {
  createClient,
  type CallOptions,
  type Client,
  type ClientOptions,
  type ListQuery,
} from './client/client.ts';
export type { JobChange } from './client/event-stream.ts';
export { FeederdError, FeederdUnreachable } from './client/feederd-error.ts';
export { verifyWebhook, type VerifyOptions, type WebhookHeaders } from './client/verify-webhook.ts';
export type * from './core/api-wire.ts';
export { NommerError, type ErrorCode } from './core/errors.ts';
export type { JobState } from './core/job-states.ts';
export type {
  WireDelivery,
  WireFacts,
  WireJob,
  WireProgress,
  WireResult,
} from './core/job-wire.ts';
export type { JsonValue } from './core/json.ts';
export type { Webhook, WebhookJob } from './core/webhook.ts';
