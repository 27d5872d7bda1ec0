/** For who receives notifications. */
export { verifyWebhook, type VerifyOptions, type WebhookHeaders } from './client/verify-webhook.ts';
export type { Webhook, WebhookJob } from './core/webhook.ts';

/** What a nomconf, a nommer and a storage backend of one's own are made of. */
export { defineNomconf } from './conf/define-nomconf.ts';
export type { Nomconf } from './conf/settings.ts';
export { NommerError, type ErrorCode } from './core/errors.ts';
export type { Progress } from './core/job.ts';
export type { JsonValue } from './core/json.ts';
export type { AudioFacts, MediaFacts, VideoFacts } from './core/media-facts.ts';
export type { FileUri, HttpUri, MediaUri, OtherUri, S3Uri } from './core/media-uri.ts';
export type { Nommer, NomOutput, NomRequest, NomResult } from './core/nommer.ts';
export type {
  DownloadOptions,
  Moved,
  StorageBackend,
  StoredFile,
  UnfinishedUpload,
  UploadOptions,
} from './core/storage-backend.ts';
