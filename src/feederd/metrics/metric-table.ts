/** One metric of feederd's own, as data. */
export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

/** Seconds from a tiny clip's to a long film's. */
const JOB_SECONDS = [
  0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 1800, 3600, 7200, 21_600,
] as const;
const REQUEST_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10,
] as const;

const gauge = { type: 'gauge', labels: [] } as const;
const counter = { type: 'counter', labels: [] } as const;
const ofJobs = { type: 'histogram', labels: [], buckets: JOB_SECONDS } as const;

/**
 * All that feederd's `/metrics` tells of media-nommer. No label ever holds what somebody has sent: so there
 * are as many series as there are words in the code, and no more.
 */
export const METRICS = {
  media_nommer_jobs: { ...gauge, labels: ['state'], help: 'Unfinished jobs by state.' },
  media_nommer_oldest_pending_seconds: {
    ...gauge,
    help: 'How long the job has been waiting that waits longest; 0 when none does. What waits for its next try after a failure does not count before its time.',
  },
  media_nommer_longest_working_seconds: {
    ...gauge,
    help: 'How long the job has been worked on that nodes have had longest; 0 when none is.',
  },
  media_nommer_queue_depth: {
    ...gauge,
    labels: ['kind'],
    help: 'Messages in the new-job queue: waiting, delayed, in_flight. Approximate.',
  },
  media_nommer_undelivered_notifications: { ...gauge, help: 'Notifications still to be made.' },
  media_nommer_nodes: { ...gauge, labels: ['state'], help: 'Nodes that report, by condition.' },
  media_nommer_slots: { ...gauge, help: 'Jobs that these nodes can work on at a time.' },
  media_nommer_slots_busy: { ...gauge, help: 'Jobs that they work on.' },
  media_nommer_heartbeat_age_seconds: {
    ...gauge,
    help: 'Since the heartbeat of the node that has been silent longest; 0 when there is none.',
  },
  media_nommer_leader: { ...gauge, help: '1 for the feederd that leads, 0 for the others.' },
  media_nommer_event_streams: { ...gauge, help: 'Open streams of server-sent events.' },

  media_nommer_jobs_submitted_total: { ...counter, help: 'Jobs that were accepted.' },
  media_nommer_jobs_ended_total: {
    ...counter,
    labels: ['state'],
    help: 'Jobs that have ended, by the state they ended in.',
  },
  media_nommer_attempts_total: { ...counter, help: 'Times that a node has taken a job.' },
  media_nommer_job_failures_total: {
    ...counter,
    labels: ['code'],
    help: 'Failures of attempts, and jobs that were given up, by error code. OTHER: a code of a nommer of your own.',
  },
  media_nommer_retries_total: {
    ...counter,
    labels: ['reason'],
    help: 'Times that a job has become PENDING again. failure: to be tried again; handover: its node was told to end; operator: somebody asked for it.',
  },
  media_nommer_job_wait_seconds: { ...ofJobs, help: 'From submit to the first attempt.' },
  media_nommer_job_download_seconds: { ...ofJobs, help: 'Downloads that were done.' },
  media_nommer_job_encode_seconds: { ...ofJobs, help: 'Encodes that were done.' },
  media_nommer_job_upload_seconds: { ...ofJobs, help: 'Uploads that were done.' },
  media_nommer_job_total_seconds: { ...ofJobs, help: 'From submit to FINISHED.' },
  media_nommer_media_seconds_total: {
    ...counter,
    help: 'Duration of the sources of FINISHED jobs, where it is known.',
  },
  media_nommer_source_bytes_total: { ...counter, help: 'Size of the sources of FINISHED jobs.' },
  media_nommer_output_bytes_total: { ...counter, help: 'Size of the outputs of FINISHED jobs.' },

  media_nommer_deliveries_total: {
    ...counter,
    labels: ['outcome'],
    help: 'Tries of notifications. delivered; failed: tried again later; given_up: that was the last one.',
  },
  media_nommer_launches_total: {
    ...counter,
    labels: ['outcome'],
    help: 'Nodes. launched; lost: gone, or ended, before they were of any use. And launches that came to nothing: no_capacity, refused.',
  },
  media_nommer_lease_renewals_total: {
    ...counter,
    labels: ['outcome'],
    help: 'What nodes tell of their claims on jobs. renewed; failed: tried again; lost: given up, for nobody confirmed it in time.',
  },
  media_nommer_store_retries_total: {
    ...counter,
    help: 'Times that a node could not store what had become of a job at once, and tried on.',
  },
  media_nommer_http_request_duration_seconds: {
    type: 'histogram',
    labels: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
    help: 'Requests that were answered, by pattern of the path. Event streams are none of them.',
  },
  media_nommer_scrape_errors_total: {
    ...counter,
    help: 'Answers that lack queue, nodes and slots, because the queue or the store could not be asked.',
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;

type NamesOf<Type extends Metric['type']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['type'] extends Type ? Name : never;
}[MetricName];

export type CounterName = NamesOf<'counter'>;
export type GaugeName = NamesOf<'gauge'>;
export type HistogramName = NamesOf<'histogram'>;

/** A value for each of the metric's labels. */
export type LabelsOf<Name extends MetricName> = Readonly<
  Record<(typeof METRICS)[Name]['labels'][number], string>
>;
