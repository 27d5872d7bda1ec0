import type {
  SubmitRequest,
  WireBatch,
  WireJobPage,
  WireNode,
  WirePreset,
  WireStats,
} from '../core/api-wire.ts';
import type { JobState } from '../core/job-states.ts';
import type { WireJob } from '../core/job-wire.ts';
import { retryUnavailable } from './retry-unavailable.ts';
import { parseFeederd, requestJson, sendRequest } from './send-request.ts';
import { watchJob, type JobChange } from './watch-job.ts';

export interface ClientOptions {
  /** Where feederd is: `http://127.0.0.1:8001`. A token may be its password: `http://:TOKEN@host:8001`. */
  readonly url: string;
  readonly token?: string | undefined;
}

export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** feederd's API. Every call rejects with a NommerError that has the code feederd answered. */
export interface Client {
  /** Submits one job, and again while feederd cannot be reached: under one key, so it is one job. */
  submit(job: SubmitRequest, options?: CallOptions): Promise<WireJob>;
  /** Submits up to 1000 jobs, each with its own answer, in the same safe way. */
  submitMany(jobs: readonly SubmitRequest[], options?: CallOptions): Promise<WireBatch['jobs']>;
  get(uniqueId: string, options?: CallOptions): Promise<WireJob>;
  /** One page, newest first; its `cursor` gets the next one. */
  list(
    query?: {
      state?: JobState | undefined;
      cursor?: string | undefined;
      limit?: number | undefined;
    },
    options?: CallOptions,
  ): Promise<WireJobPage>;
  cancel(uniqueId: string, options?: CallOptions): Promise<WireJob>;
  retry(uniqueId: string, options?: CallOptions): Promise<WireJob>;
  /** Has one of the job's `deliveries` made (again), at once. */
  redeliver(uniqueId: string, notificationId: string, options?: CallOptions): Promise<WireJob>;
  /** The tail of the tool's own output. */
  log(uniqueId: string, options?: CallOptions): Promise<string>;
  /** The job as it is, then every change until it ends or `signal` aborts. Survives lost connections. */
  watch(uniqueId: string, options?: CallOptions): AsyncGenerator<JobChange, void>;
  nodes(options?: CallOptions): Promise<WireNode[]>;
  presets(options?: CallOptions): Promise<WirePreset[]>;
  stats(options?: CallOptions): Promise<WireStats>;
  /** Resolves when feederd, its store and its queue work. */
  ready(options?: CallOptions): Promise<void>;
}

/** @throws NommerError BADINPUT when the URL is none */
export function createClient(options: ClientOptions): Client {
  const feederd = parseFeederd(options);
  const get = <Answer>(path: string, { signal }: CallOptions = {}) =>
    requestJson<Answer>(feederd, path, { signal });
  const post = <Answer>(path: string, { signal }: CallOptions = {}) =>
    requestJson<Answer>(feederd, path, { method: 'POST', signal });
  const submit = <Answer>(body: unknown, { signal }: CallOptions = {}) => {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const once = () =>
      requestJson<Answer>(feederd, 'jobs', { method: 'POST', body, headers, signal });
    return retryUnavailable(once, signal);
  };

  return {
    submit: (job, call) => submit<WireJob>(job, call),
    submitMany: async (jobs, call) => (await submit<WireBatch>(jobs, call)).jobs,
    get: (uniqueId, call) => get(jobPath(uniqueId), call),
    list: (query = {}, { signal } = {}) => requestJson(feederd, 'jobs', { query, signal }),
    cancel: (uniqueId, call) => post(`${jobPath(uniqueId)}/cancel`, call),
    retry: (uniqueId, call) => post(`${jobPath(uniqueId)}/retry`, call),
    redeliver: (uniqueId, notificationId, call) => {
      const notification = encodeURIComponent(notificationId);
      return post(`${jobPath(uniqueId)}/notifications/${notification}/redeliver`, call);
    },
    log: async (uniqueId, { signal } = {}) => {
      const response = await sendRequest(feederd, `${jobPath(uniqueId)}/log`, { signal });
      return response.text();
    },
    watch: (uniqueId, { signal } = {}) => watchJob(feederd, uniqueId, signal),
    nodes: async (call) => (await get<{ nodes: WireNode[] }>('nodes', call)).nodes,
    presets: async (call) => (await get<{ presets: WirePreset[] }>('presets', call)).presets,
    stats: (call) => get('stats', call),
    ready: async (call) => {
      await get('readyz', call);
    },
  };
}

function jobPath(uniqueId: string): string {
  return `jobs/${encodeURIComponent(uniqueId)}`;
}
