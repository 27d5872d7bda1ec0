import * as z from 'zod';
import { ERROR_CODES, type ErrorCode } from './errors.ts';
import { JobSchema, JobStateSchema, JsonSchema, WebhookTypeSchema } from './job-schema.ts';
import { NODE_CONDITIONS } from './node-state.ts';

/** What today's family of API calls answers, beside jobs: see `job-schema.ts`. */

const Time = z.iso.datetime();
const Count = z.int().min(0);

export const ErrorCodeSchema = z
  .enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]])
  .describe('What went wrong, for programs. The message is for people, and may change.');

export const ProblemSchema = z
  .object({
    title: z.string().describe('The HTTP status in words.'),
    status: z.int(),
    detail: z
      .string()
      .describe('What is wrong, and with which field; ends with what was received.'),
    instance: z.string().describe('The path that was called.'),
    error_code: ErrorCodeSchema,
  })
  .describe('Problem details, as RFC 9457 has them.');

export const FailureSchema = z
  .object({ success: z.literal(false), error_code: ErrorCodeSchema, message: z.string() })
  .describe('How calls of 2012 tell an error.');

export const JobPageSchema = z
  .object({
    jobs: z.array(JobSchema),
    cursor: z
      .string()
      .exactOptional()
      .describe('There may be more: give it to get the next page. Left out on the last one.'),
  })
  .describe('A page of jobs, newest first. It may have fewer than asked for and not be the last.');

export const BatchSchema = z
  .object({
    jobs: z.array(
      z.union([
        z.object({ status: z.literal(202), job: JobSchema }),
        z.object({ status: z.int(), problem: ProblemSchema }),
      ]),
    ),
  })
  .describe('One entry for each job of the list, in its order.');

export const NodeSchema = z.object({
  node_id: z.string(),
  condition: z
    .enum(NODE_CONDITIONS)
    .describe('ACTIVE takes jobs, DRAINING ends those it has, TERMINATING is about to be gone.'),
  slots: Count.describe('How many jobs it works on at most at a time.'),
  active_jobs: z.array(z.object({ unique_id: z.string(), attempt: Count })),
  started_dtime: Time,
  reported_dtime: Time.describe('Of its latest heartbeat.'),
  versions: z.record(z.string(), z.string()).readonly().describe('Of its programs.'),
});

export const BootingNodeSchema = z
  .object({ node_id: z.string(), condition: z.literal('BOOTING'), launched_dtime: Time })
  .describe('One that was launched, and has yet to report.');

export const FleetSchema = z
  .object({
    nodes: z.array(NodeSchema),
    booting: z
      .array(BootingNodeSchema)
      .describe('Known to the feederd that leads; empty at any other one.'),
  })
  .describe('All nodes there are, as far as anybody knows.');

export const PresetSchema = z.object({
  name: z.string().describe('What `job_options.options` can say.'),
  description: z.string(),
  relative_time: z
    .number()
    .exactOptional()
    .describe(
      'Processor time that it takes, with h264_web = 1; left out where nobody has measured it.',
    ),
  options: JsonSchema.describe('The options that it stands for.'),
});

export const StatsSchema = z.object({
  jobs: z.partialRecord(JobStateSchema, Count).describe('Unfinished jobs by state.'),
  undelivered_notifications: Count,
  queue: z
    .object({ waiting: Count, delayed: Count, in_flight: Count })
    .describe('Messages in the new-job queue; approximate.'),
  nodes: z.record(z.enum(NODE_CONDITIONS), Count).describe('Nodes by condition.'),
  slots: z.object({ total: Count, busy: Count }).describe('Of all nodes.'),
});

export const SessionSchema = z
  .object({
    name: z.string().nullable().describe("The token's name; null where nobody is asked for one."),
    scopes: z.array(z.enum(['submit', 'read', 'control'])),
    only_own: z.boolean().describe('It sees no jobs but those it has submitted.'),
  })
  .describe('Who calls, and what its token allows.');

const Figures = z.array(Count);

export const HistorySchema = z
  .object({
    interval_seconds: Count,
    at: z.array(Time),
    pending: Figures.describe('Unfinished jobs by state, as are the next three.'),
    downloading: Figures,
    encoding: Figures,
    uploading: Figures,
    queue: Figures.describe('Messages in the new-job queue; approximate.'),
    nodes: Figures,
    slots: Figures,
    busy: Figures.describe('Slots that have a job.'),
    finished: Figures.describe('Jobs that ended with an output since the sample before.'),
    failed: Figures.describe('Those that ended without one; the cancelled ones left out.'),
  })
  .describe('In columns: each list has one figure per sample, the oldest first.');

export const ProgressEventSchema = JobSchema.pick({
  unique_id: true,
  job_state: true,
  version: true,
  attempt: true,
  node_id: true,
  last_modified_dtime: true,
  progress: true,
}).describe('Those fields of a job that have changed, to be laid over the job that one has.');

export const WebhookSchema = z
  .object({
    type: WebhookTypeSchema,
    timestamp: Time.describe('When it happened.'),
    data: JobSchema.omit({ deliveries: true })
      .extend({
        sequence: z.int().min(1).describe("Counts a job's notifications, from 1."),
        notified_state: JobStateSchema.describe('The state that the job was in when it happened.'),
      })
      .describe('The job as it is when this is sent.'),
  })
  .describe('The body of a signed notification.');
