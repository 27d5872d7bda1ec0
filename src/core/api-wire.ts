import type * as z from 'zod';
import type {
  BatchSchema,
  BootingNodeSchema,
  FleetSchema,
  HistorySchema,
  JobPageSchema,
  NodeSchema,
  PresetSchema,
  ProblemSchema,
  ProgressEventSchema,
  SessionSchema,
  StatsSchema,
} from './api-schema.ts';
import type { JsonValue } from './json.ts';
import type { NotifyEvent } from './notification.ts';

/**
 * What today's family of API calls takes and answers, beside `WireJob`: shared by feederd, which
 * answers, and the client, which reads. Wire names are snake_case, times ISO 8601 UTC.
 */

/** The body of `POST /jobs`. */
export interface SubmitRequest {
  source_path: string;
  dest_path: string;
  job_options: {
    /** Default: FFmpegNommer. */
    nommer?: string;
    /** That nommer's options; for FFmpegNommer passes, a preset's name or `{preset, …overrides}`. */
    options?: JsonValue;
  };
  /** Hit with a GET when the job ends. */
  notify_url?: string | null;
  /** Told by signed POSTs instead. */
  notify?: SubmitNotify | null;
  /** Small object of the submitter's own, echoed back. */
  metadata?: Readonly<Record<string, JsonValue>> | null;
  /** The same key and the same request make one job, however often they are submitted. */
  idempotency_key?: string | null;
}

/** Who is told of a job by POSTs signed as Standard Webhooks has it. */
export interface SubmitNotify {
  url: string;
  method?: 'POST' | null;
  /** Default: `finished`. */
  events?: readonly NotifyEvent[] | null;
  /** `whsec_…` to sign with. Default: NOTIFY_SECRETS of the installation. */
  secret?: string | null;
}

/** An error answer: RFC 9457 problem details with media-nommer's own code. */
export type WireProblem = z.infer<typeof ProblemSchema>;

/** One page of `GET /jobs`, newest first. With a `cursor` there may be more. */
export type WireJobPage = z.infer<typeof JobPageSchema>;

/** The answer of `POST /jobs` to an array: one entry for each job, in the same order. */
export type WireBatch = z.infer<typeof BatchSchema>;

export type WireNode = z.infer<typeof NodeSchema>;

/** One that was launched, and has yet to report. */
export type WireBootingNode = z.infer<typeof BootingNodeSchema>;

/** All nodes there are, as far as anybody knows. */
export type WireFleet = z.infer<typeof FleetSchema>;

export type WirePreset = z.infer<typeof PresetSchema>;

export type WireStats = z.infer<typeof StatsSchema>;

/** Who calls, and what its token allows. */
export type WireSession = z.infer<typeof SessionSchema>;

/**
 * What has been seen at regular intervals, in columns: each list has one figure per sample, oldest first.
 */
export type WireHistory = z.infer<typeof HistorySchema>;

/** The data of a `progress` event: those fields of a `WireJob` that changed. A `state` event has all. */
export type WireProgressEvent = z.infer<typeof ProgressEventSchema>;
