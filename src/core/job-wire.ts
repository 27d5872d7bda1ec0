import type * as z from 'zod';
import type { EncodingJob, Progress, StateTiming } from './job.ts';
import type {
  DeliverySchema,
  FactsSchema,
  JobSchema,
  ProgressSchema,
  ResultSchema,
  TimingSchema,
} from './job-schema.ts';
import type { MediaFacts } from './media-facts.ts';
import { webhookType, type Delivery, type Notification } from './notification.ts';
import { redact, redactJson } from './redact.ts';
import { redactOptions } from './secret-options.ts';

/**
 * A job as the API shows it: the original's snake_case, times in ISO 8601 UTC, sizes in bytes,
 * durations in seconds, secrets hidden. The one place where inner names become wire names.
 */
export type WireJob = z.infer<typeof JobSchema>;

/** A state that the job has entered. What there is not to say of it is left out. */
export type WireTiming = z.infer<typeof TimingSchema>;

export type WireProgress = z.infer<typeof ProgressSchema>;

export type WireResult = z.infer<typeof ResultSchema>;

export type WireFacts = z.infer<typeof FactsSchema>;

export type WireDelivery = z.infer<typeof DeliverySchema>;

export function toWireJob(job: EncodingJob): WireJob {
  return {
    unique_id: job.uniqueId,
    source_path: redact(job.sourcePath),
    dest_path: redact(job.destPath),
    job_options: { nommer: job.nommer, options: redactOptions(job.options) },
    notify_url: job.notifyUrl === null ? null : redact(job.notifyUrl),
    notify:
      job.notify === null
        ? null
        : { url: redact(job.notify.url), method: 'POST', events: job.notify.events },
    metadata: redactJson(job.metadata) as WireJob['metadata'],
    job_state: job.jobState,
    job_state_details: job.jobStateDetails,
    error_code: job.errorCode,
    creation_dtime: isoTime(job.createdAt),
    last_modified_dtime: isoTime(job.modifiedAt),
    version: job.version,
    attempt: job.attempt,
    failures: job.failures,
    node_id: job.lease?.nodeId ?? null,
    cancel_requested: job.cancelRequested,
    progress: job.progress === null ? null : toWireProgress(job.progress),
    timings: job.timings.map(toWireTiming),
    result:
      job.result === null
        ? null
        : {
            source: job.result.source === null ? null : toWireFacts(job.result.source),
            outputs: job.result.outputs.map((output) => ({
              uri: redact(output.uri),
              ...toWireFacts(output),
            })),
          },
    translated: job.translated,
    deliveries: [
      ...job.deliveries.map((each) => toWireDelivery(each, each.outcome, each.at)),
      ...job.undelivered.map((each) => toWireDelivery(each, 'pending', each.nextTryAt)),
    ],
  };
}

function toWireTiming({ state, attempt, at, nodeId, errorCode, details }: StateTiming): WireTiming {
  return {
    state,
    attempt,
    at: isoTime(at),
    ...(nodeId !== undefined && { node_id: nodeId }),
    ...(errorCode !== undefined && { error_code: errorCode }),
    ...(details !== undefined && { details: redact(details) }),
  };
}

function toWireDelivery(
  notification: Delivery | Notification,
  outcome: WireDelivery['outcome'],
  at: number,
): WireDelivery {
  const { id, sequence, event, jobState, tries, lastTryAt, lastStatus, lastError } = notification;
  return {
    id,
    sequence,
    type: webhookType(event),
    job_state: jobState,
    outcome,
    tries,
    status: lastStatus,
    last_error: lastError,
    last_try_at: lastTryAt === null ? null : isoTime(lastTryAt),
    at: isoTime(at),
  };
}

export function toWireProgress(progress: Progress): WireProgress {
  const { percent, fps, speed, pass, passes, bytes } = progress;
  return {
    percent,
    fps,
    speed,
    out_seconds: progress.outSeconds,
    eta_seconds: progress.etaSeconds,
    pass,
    passes,
    bytes,
    total_bytes: progress.totalBytes,
  };
}

function toWireFacts({ size, format, duration, bitRate, video, audio }: MediaFacts): WireFacts {
  return {
    size,
    format,
    duration,
    bit_rate: bitRate,
    video:
      video === null
        ? null
        : {
            codec: video.codec,
            profile: video.profile,
            width: video.width,
            height: video.height,
            frame_rate: video.frameRate,
            pixel_format: video.pixelFormat,
          },
    audio:
      audio === null
        ? null
        : {
            codec: audio.codec,
            profile: audio.profile,
            sample_rate: audio.sampleRate,
            channels: audio.channels,
          },
  };
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
