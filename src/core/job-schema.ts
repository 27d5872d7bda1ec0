import * as z from 'zod';
import { JOB_STATES } from './job-states.ts';
import type { JsonValue } from './json.ts';
import { NOTIFY_EVENTS, webhookType } from './notification.ts';

/**
 * A job as the API shows it. Of these schemas come its types (`job-wire.ts`) and the API's document
 * (`/openapi.json`). What feederd answers is validated with them in tests only: that costs no caller a
 * millisecond.
 */

export const JsonSchema = z.custom<JsonValue>();

const Time = z.iso.datetime();
const Count = z.int().min(0);
const Bytes = Count.describe('Bytes.');

export const JobStateSchema = z
  .enum(JOB_STATES)
  .describe(
    'In the order in which a good job passes through them: PENDING, DOWNLOADING, ENCODING, UPLOADING, ' +
      'FINISHED. It may also end as ERROR, ABANDONED or CANCELLED.',
  );

export const ProgressSchema = z
  .object({
    percent: z.number().min(0).max(100).nullable().describe('Over all passes.'),
    fps: z.number().nullable().describe('Frames encoded per second.'),
    speed: z
      .number()
      .nullable()
      .describe('Media seconds per second: 2 = twice as fast as it plays.'),
    out_seconds: z.number().nullable().describe('Media seconds written in the current pass.'),
    eta_seconds: z.number().nullable().describe('Until the last pass ends.'),
    pass: z.int().min(1).describe('Counted from 1.'),
    passes: z.int().min(1),
    bytes: Count.nullable().describe('Moved so far while downloading or uploading.'),
    total_bytes: Count.nullable(),
  })
  .describe('How far the current attempt is. Figures that are not known are null, never guessed.');

export const FactsSchema = z
  .object({
    size: Bytes,
    format: z.string().nullable().describe("The container's name, as ffprobe has it."),
    duration: z.number().nullable().describe('Seconds.'),
    bit_rate: z.number().nullable().describe('Bits per second over all streams.'),
    video: z
      .object({
        codec: z.string(),
        profile: z.string().nullable(),
        width: z.int(),
        height: z.int(),
        frame_rate: z.number().nullable().describe('Frames per second, averaged.'),
        pixel_format: z.string().nullable(),
      })
      .nullable(),
    audio: z
      .object({
        codec: z.string(),
        profile: z.string().nullable(),
        sample_rate: z.number().nullable().describe('Hz.'),
        channels: z.int().nullable(),
      })
      .nullable(),
  })
  .describe('What a media file is made of. What it does not tell is null.');

export const ResultSchema = z
  .object({
    source: FactsSchema.nullable(),
    outputs: z
      .array(FactsSchema.extend({ uri: z.string() }))
      .describe('The first is at dest_path.'),
  })
  .describe('Facts of the source and of what was made of it.');

export const TimingSchema = z
  .object({
    state: JobStateSchema,
    attempt: Count,
    at: Time,
    node_id: z.string().exactOptional().describe('Who has the job in this state.'),
    error_code: z
      .string()
      .exactOptional()
      .describe('The error that brought the job into this state.'),
    details: z.string().exactOptional().describe('Why, for people.'),
  })
  .describe('A state that the job has entered. What there is not to say of it is left out.');

export const NotifySchema = z
  .object({
    url: z.string(),
    method: z.literal('POST'),
    events: z.array(z.enum(NOTIFY_EVENTS)).readonly(),
  })
  .describe('Who is told by signed POSTs. What they are signed with is shown to nobody.');

export const WebhookTypeSchema = z.enum(NOTIFY_EVENTS.map(webhookType));

export const DeliverySchema = z
  .object({
    id: z.string().describe('Stable over retries: the `webhook-id` of a POST.'),
    sequence: z.int().min(1).describe("Counts a job's notifications, from 1."),
    type: WebhookTypeSchema,
    job_state: JobStateSchema.describe('The state that the job was in when it happened.'),
    outcome: z.enum(['delivered', 'given-up', 'pending']),
    tries: Count,
    status: z.int().nullable().describe('HTTP status that the latest try was answered with.'),
    last_error: z.string().nullable().describe('Why the latest try that failed did.'),
    last_try_at: Time.nullable(),
    at: Time.describe('When it was delivered or given up, or when the next try is due.'),
  })
  .describe('One notification of the job: what became of it.');

export const JobSchema = z
  .object({
    unique_id: z.string().describe("The job's id, wherever a call asks for one."),
    source_path: z.string().describe('Media URI; credentials in it are hidden.'),
    dest_path: z.string().describe('Media URI of the output; credentials in it are hidden.'),
    job_options: z.object({
      nommer: z.string(),
      options: JsonSchema.describe("That nommer's options, with presets put in."),
    }),
    notify_url: z.string().nullable(),
    notify: NotifySchema.nullable(),
    metadata: z.record(z.string(), JsonSchema).readonly().describe("The submitter's own."),
    job_state: JobStateSchema,
    job_state_details: z
      .string()
      .nullable()
      .describe("For people: why the job is in this state, FFmpeg's own error line for example."),
    error_code: z
      .string()
      .nullable()
      .describe('Which error brought the job into this state, where one did.'),
    creation_dtime: Time,
    last_modified_dtime: Time,
    version: z.int().min(1).describe('Raised by every change.'),
    attempt: Count.describe('How many times nodes have taken it. 0 = not yet.'),
    failures: Count.describe('How many attempts came to nothing, hand-overs not counted.'),
    node_id: z.string().nullable().describe('Who works on it.'),
    cancel_requested: z.boolean(),
    progress: ProgressSchema.nullable(),
    timings: z.array(TimingSchema).describe('Oldest first.'),
    result: ResultSchema.nullable(),
    translated: z
      .array(z.string())
      .readonly()
      .describe("What was changed in the request for today's FFmpeg, in words."),
    deliveries: z
      .array(DeliverySchema)
      .describe('Notifications: up to 50 pending ones and the latest 50 past ones.'),
  })
  .describe('Times are ISO 8601 in UTC, sizes bytes, durations seconds. Nothing secret is shown.');
