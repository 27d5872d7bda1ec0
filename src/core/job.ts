import { isFinishedState, type JobState } from './job-states.ts';
import type { JsonValue } from './json.ts';
import type { MediaFacts } from './media-facts.ts';
import type { Delivery, Notification, NotifyRequest } from './notification.ts';

/**
 * One encoding job, as the job store keeps it. Immutable: the rules in `job-rules/` make a new one for
 * every change. All times are milliseconds since the epoch.
 */
export interface EncodingJob {
  readonly uniqueId: string;
  /** Media URI to encode; may carry credentials, so show it only through `redact`. */
  readonly sourcePath: string;
  /** Media URI the output goes to; may carry credentials, so show it only through `redact`. */
  readonly destPath: string;
  /** Name of the nommer that does the work. */
  readonly nommer: string;
  /** That nommer's options, presets already resolved. */
  readonly options: JsonValue;
  /** The credentials of the above and of `notify`, where no key here opens them; these then have `***`. */
  readonly sealed: string | null;
  /** URL hit with a GET when the job ends. */
  readonly notifyUrl: string | null;
  /** Who is told by signed POSTs instead; then there is no `notifyUrl`. */
  readonly notify: NotifyRequest | null;
  /** Small object of the submitter's own, echoed back. */
  readonly metadata: Readonly<Record<string, JsonValue>>;

  readonly jobState: JobState;
  /** For people: why the job is in this state, FFmpeg's own error line for example. */
  readonly jobStateDetails: string | null;
  /** One of the codes in `errors.ts` where an error brought the job into this state, else null. */
  readonly errorCode: string | null;
  readonly createdAt: number;
  readonly modifiedAt: number;

  /** Raised by every stored change; what `JobStore.replace` compares. */
  readonly version: number;
  /** Of the latest changes, newest last, each unlike any other: who hears no answer knows its own again. */
  readonly changeIds: readonly string[];
  /** Raised by every claim: the fencing token. 0 = never claimed. */
  readonly attempt: number;
  /** Raised by a crash, a time-out or an error; not by a hand-over. */
  readonly failures: number;
  /** Who works on it, and until when that claim holds without renewal. */
  readonly lease: Lease | null;
  /** False until the new-job queue took it. */
  readonly queued: boolean;
  /** Back-off: nobody may claim the job before this time. */
  readonly notBefore: number | null;
  readonly cancelRequested: boolean;

  readonly progress: Progress | null;
  /** When each state was entered, by which attempt and why; oldest first. */
  readonly timings: readonly StateTiming[];
  readonly result: JobResult | null;
  /** An output that was about to be published; if it was, the next attempt need not make it again. */
  readonly made: MadeOutput | null;
  /** What was changed in the request for today's FFmpeg, in a person's words. */
  readonly translated: readonly string[];
  /** Tail of the tool's own output, of the latest attempt. */
  readonly log: string;

  /** Notifications not yet delivered, oldest first. */
  readonly undelivered: readonly Notification[];
  /** The latest notifications that need nothing more, in the order they came to that. */
  readonly deliveries: readonly Delivery[];
  /** Sequence number of the latest notification. 0 = none yet. */
  readonly notificationCount: number;
  /** Name of the token that it was submitted with; null where none was asked for. */
  readonly submitter: string | null;
  /** Hash of the submitted request; tells a repeated submit from another one under the same key. */
  readonly requestHash: string | null;
}

export interface Lease {
  readonly nodeId: string;
  readonly until: number;
}

/** What a node shows to prove that a job is (still) its own. */
export interface Claim {
  readonly nodeId: string;
  readonly attempt: number;
}

/** How far the current attempt is. Unknown figures are null, never guessed. */
export interface Progress {
  /** 0–100 over all passes. */
  readonly percent: number | null;
  readonly fps: number | null;
  /** Media seconds per second: 2 = twice as fast as it plays. */
  readonly speed: number | null;
  /** Media time written in the current pass. */
  readonly outSeconds: number | null;
  /** Until the last pass ends. */
  readonly etaSeconds: number | null;
  /** Counted from 1. */
  readonly pass: number;
  readonly passes: number;
  /** Moved so far while downloading or uploading. */
  readonly bytes: number | null;
  readonly totalBytes: number | null;
}

export interface StateTiming {
  readonly state: JobState;
  readonly attempt: number;
  readonly at: number;
  /** Who has the job in this state. Left out where nobody has. */
  readonly nodeId?: string;
  /** The error that brought the job into this state. Left out where none did. */
  readonly errorCode?: string;
  /** Why the job is in this state, for people, shortened. Left out where there is nothing to say. */
  readonly details?: string;
}

export interface MadeOutput {
  readonly attempt: number;
  readonly result: JobResult;
}

export interface JobResult {
  readonly source: MediaFacts | null;
  readonly outputs: readonly (MediaFacts & { readonly uri: string })[];
}

export function isFinished(job: EncodingJob): boolean {
  return isFinishedState(job.jobState);
}

/** Whether the job still needs anybody's attention: what `JobStore.open` lists. */
export function isOpen(job: EncodingJob): boolean {
  return !isFinished(job) || job.undelivered.length > 0;
}

/** Whether the stored job is this one, or what others have made of it since. */
export function isStored(job: EncodingJob, stored: EncodingJob | undefined): boolean {
  const changeId = job.changeIds.at(-1);
  return changeId !== undefined && stored?.changeIds.includes(changeId) === true;
}

/** Whether one of the job's attempts, up to the given one, may have left something at its destination. */
export function hasUploaded({ timings, attempt }: EncodingJob, upTo = attempt): boolean {
  return timings.some((timing) => timing.state === 'UPLOADING' && timing.attempt <= upTo);
}

/** Whether some node's claim on the job holds at `now`. */
export function hasLiveLease(job: EncodingJob, now: number): boolean {
  return job.lease !== null && job.lease.until > now;
}
