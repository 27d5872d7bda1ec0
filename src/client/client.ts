import type {
  SubmitRequest,
  WireBatch,
  WireHistory,
  WireJobPage,
  WireFleet,
  WireNode,
  WirePreset,
  WireStats,
} from '../core/api-wire.ts';
import type { WireDelivery, WireJob } from '../core/job-wire.ts';
import type { JobState } from '../core/job-states.ts';
import type { JobChange } from './event-stream.ts';
import { followJobs } from './follow-jobs.ts';
import { listAll } from './list-all.ts';
import { parseFeederd } from './parse-feederd.ts';
import { retryAway } from './retry-away.ts';
import { requestJson, requestText, type RequestOptions } from './send-request.ts';
import { watchJob } from './watch-job.ts';

export interface ClientOptions {
  /** Where feederd is: `http://127.0.0.1:8001`. A token may be its password: `http://:TOKEN@host:8001`. */
  readonly url: string;
  readonly token?: string | undefined;
  /**
   * How often a call that reads or submits is made again while feederd or its store cannot be reached.
   * Waits grow from 0.2 s to 5 s. Default 4: long enough for a feederd that is just being restarted.
   * Calls that would do something twice (cancel, retry, redeliver) are made once.
   */
  readonly retries?: number;
  /** For one try of a call, not for streams of events. Default 60. */
  readonly timeoutSeconds?: number;
}

export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. Streams of events end quietly. */
  readonly signal?: AbortSignal | undefined;
  /** For this call, what ClientOptions has for all. */
  readonly retries?: number | undefined;
}

export interface ListQuery {
  readonly state?: JobState | undefined;
  /** Words that a job must have in its id, paths or metadata. A page may then have few jobs, or none. */
  readonly q?: string | undefined;
  readonly cursor?: string | undefined;
  /** Jobs of a page: up to 500. Default 50. */
  readonly limit?: number | undefined;
}

/**
 * feederd's API. Every call rejects with a FeederdError that has the code feederd answered, UNAVAILABLE
 * where nothing came. A call that feederd finds too frequent waits as it says, and is made again.
 */
export interface Client {
  /** Submits one job, and again while feederd cannot be reached: under one key, so it is one job. */
  submit(job: SubmitRequest, options?: CallOptions): Promise<WireJob>;
  /** Submits up to 1000 jobs, each with its own answer, in the same safe way. */
  submitMany(jobs: readonly SubmitRequest[], options?: CallOptions): Promise<WireBatch['jobs']>;
  get(uniqueId: string, options?: CallOptions): Promise<WireJob>;
  /** One page, newest first; its `cursor` gets the next one. */
  list(query?: ListQuery, options?: CallOptions): Promise<WireJobPage>;
  /** All jobs, newest first, page after page as they are asked for. */
  listAll(query?: ListQuery, options?: CallOptions): AsyncGenerator<WireJob, void>;
  cancel(uniqueId: string, options?: CallOptions): Promise<WireJob>;
  retry(uniqueId: string, options?: CallOptions): Promise<WireJob>;
  /** Who was told of the job, and who is to be: the earliest first. */
  deliveries(uniqueId: string, options?: CallOptions): Promise<readonly WireDelivery[]>;
  /** Has one of the job's `deliveries` made (again), at once. */
  redeliver(uniqueId: string, notificationId: string, options?: CallOptions): Promise<WireJob>;
  /** The tail of the tool's own output. */
  log(uniqueId: string, options?: CallOptions): Promise<string>;
  /**
   * The job as it is, then every change until it ends or `signal` aborts. Survives lost connections. Of
   * many jobs, all over one connection; a change may come twice then.
   */
  watch(
    uniqueId: string | readonly string[],
    options?: CallOptions,
  ): AsyncGenerator<JobChange, void>;
  /** All open jobs as they are, then every change of any job until `signal` aborts. Likewise. */
  events(options?: CallOptions): AsyncGenerator<JobChange, void>;
  /** Those that report. */
  nodes(options?: CallOptions): Promise<WireNode[]>;
  /** Those that report, and those that were launched and have yet to report. */
  fleet(options?: CallOptions): Promise<WireFleet>;
  presets(options?: CallOptions): Promise<WirePreset[]>;
  stats(options?: CallOptions): Promise<WireStats>;
  /** What the installation did in the last hours. @param after time of the last sample that is known */
  history(after?: string, options?: CallOptions): Promise<WireHistory>;
  /** Resolves when feederd, its store and its queue work. */
  ready(options?: CallOptions): Promise<void>;
}

const RETRIES = 4;
const TIMEOUT_SECONDS = 60;

/** @throws NommerError BADINPUT when the URL is none */
export function createClient(options: ClientOptions): Client {
  const feederd = parseFeederd(options);
  const timeoutMs = (options.timeoutSeconds ?? TIMEOUT_SECONDS) * 1000;
  const retriesOf = (call: CallOptions) => call.retries ?? options.retries ?? RETRIES;

  const get = <Answer>(path: string, call: CallOptions = {}, query: RequestOptions['query'] = {}) =>
    retryAway(() => requestJson<Answer>(feederd, path, { query, timeoutMs, signal: call.signal }), {
      retries: retriesOf(call),
      signal: call.signal,
    });
  const post = <Answer>(path: string, { signal }: CallOptions = {}) =>
    requestJson<Answer>(feederd, path, { method: 'POST', timeoutMs, signal });
  const submit = <Answer>(
    body: unknown,
    { signal, ...call }: CallOptions = {},
    isLacking?: (answer: Answer) => boolean,
  ) => {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const once = () =>
      requestJson<Answer>(feederd, 'jobs', { method: 'POST', body, headers, timeoutMs, signal });
    return retryAway(once, {
      retries: retriesOf(call),
      signal,
      ...(isLacking !== undefined && { isLacking }),
    });
  };
  const getJob: Client['get'] = (uniqueId, call) => get(jobPath(uniqueId), call);
  const list: Client['list'] = (query = {}, call = {}) => get('jobs', call, { ...query });

  return {
    submit: (job, call) => submit<WireJob>(job, call),
    submitMany: async (jobs, call) => (await submit<WireBatch>(jobs, call, isStoreAway)).jobs,
    get: getJob,
    list,
    listAll: (query, call) => listAll(list, query, call),
    cancel: (uniqueId, call) => post(`${jobPath(uniqueId)}/cancel`, call),
    retry: (uniqueId, call) => post(`${jobPath(uniqueId)}/retry`, call),
    deliveries: async (uniqueId, call) => {
      const { deliveries } = await getJob(uniqueId, call);
      return deliveries.toSorted((a, b) => a.sequence - b.sequence);
    },
    redeliver: (uniqueId, notificationId, call) => {
      const notification = encodeURIComponent(notificationId);
      return post(`${jobPath(uniqueId)}/notifications/${notification}/redeliver`, call);
    },
    log: (uniqueId, call = {}) => {
      const { signal } = call;
      const once = () => requestText(feederd, `${jobPath(uniqueId)}/log`, { timeoutMs, signal });
      return retryAway(once, { retries: retriesOf(call), signal });
    },
    watch: (given, { signal } = {}) =>
      typeof given === 'string'
        ? watchJob(feederd, given, signal)
        : followJobs(feederd, { only: given, signal }),
    events: ({ signal } = {}) => followJobs(feederd, { signal }),
    nodes: async (call) => (await get<WireFleet>('nodes', call)).nodes,
    fleet: (call) => get('nodes', call),
    presets: async (call) => (await get<{ presets: WirePreset[] }>('presets', call)).presets,
    stats: (call) => get('stats', call),
    history: (after, call) => get('stats/history', call, { after }),
    ready: async (call) => {
      await get('readyz', call);
    },
  };
}

/** Its own key makes the same jobs of the same list, so the rest may be tried again. */
function isStoreAway({ jobs }: WireBatch): boolean {
  return jobs.some((each) => 'problem' in each && each.problem.error_code === 'UNAVAILABLE');
}

function jobPath(uniqueId: string): string {
  return `jobs/${encodeURIComponent(uniqueId)}`;
}
