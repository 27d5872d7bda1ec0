import type { WireJob, WireProgress } from './job-wire.ts';
import type { JobState } from './job-states.ts';
import type { JsonValue } from './json.ts';
import type { NodeCondition } from './node-state.ts';
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
export interface WireProblem {
  /** The HTTP status in words. */
  title: string;
  status: number;
  detail: string;
  /** The path that was called. */
  instance: string;
  error_code: string;
}

/** One page of `GET /jobs`, newest first. With a `cursor` there may be more. */
export interface WireJobPage {
  jobs: WireJob[];
  cursor?: string;
}

/** The answer of `POST /jobs` to an array: one entry for each job, in the same order. */
export interface WireBatch {
  jobs: ({ status: 202; job: WireJob } | { status: number; problem: WireProblem })[];
}

export interface WireNode {
  node_id: string;
  condition: NodeCondition;
  slots: number;
  active_jobs: { unique_id: string; attempt: number }[];
  started_dtime: string;
  reported_dtime: string;
  versions: Readonly<Record<string, string>>;
}

/** One that was launched, and has yet to report. */
export interface WireBootingNode {
  node_id: string;
  condition: 'BOOTING';
  launched_dtime: string;
}

/** All nodes there are, as far as anybody knows. */
export interface WireFleet {
  nodes: WireNode[];
  booting: WireBootingNode[];
}

export interface WirePreset {
  name: string;
  description: string;
  /** Processor time that it takes, with h264_web = 1; left out where nobody has measured it. */
  relative_time?: number;
  options: JsonValue;
}

export interface WireStats {
  /** Unfinished jobs by state. */
  jobs: Partial<Record<JobState, number>>;
  /** Notifications still to be made. */
  undelivered_notifications: number;
  /** The new-job queue; approximate. */
  queue: { waiting: number; delayed: number; in_flight: number };
  nodes: Record<NodeCondition, number>;
  /** Of all nodes. */
  slots: { total: number; busy: number };
}

/** Who calls, and what its token allows. */
export interface WireSession {
  /** The token's name; null where nobody is asked for one. */
  name: string | null;
  scopes: ('submit' | 'read' | 'control')[];
  /** It sees no jobs but those it has submitted. */
  only_own: boolean;
}

/**
 * What has been seen at regular intervals, in columns: each list has one figure per sample, oldest first.
 */
export interface WireHistory {
  interval_seconds: number;
  at: string[];
  /** Unfinished jobs by state. */
  pending: number[];
  downloading: number[];
  encoding: number[];
  uploading: number[];
  /** Messages in the new-job queue; approximate. */
  queue: number[];
  nodes: number[];
  slots: number[];
  /** Slots that have a job. */
  busy: number[];
  /** Jobs that ended since the sample before, with an output and without. */
  finished: number[];
  failed: number[];
}

/** The data of a `progress` event: those fields of a `WireJob` that changed. A `state` event has all. */
export type WireProgressEvent = Pick<
  WireJob,
  'unique_id' | 'job_state' | 'version' | 'attempt' | 'node_id' | 'last_modified_dtime'
> & { progress: WireProgress | null };
