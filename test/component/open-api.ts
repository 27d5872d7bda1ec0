import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { EncodingJob } from '../../src/core/job.ts';
import { advance, finish, renew, type AttemptReport } from '../../src/core/job-rules/hold.ts';
import { claim } from '../../src/core/job-rules/claim.ts';
import type { JobRule } from '../../src/core/job-rules/ruling.ts';
import { JobStateBackend } from '../../src/core/job-state-backend.ts';
import { systemClock } from '../../src/daemon/system-clock.ts';
import type { ApiDeps } from '../../src/feederd/api/api-deps.ts';
import { createApi } from '../../src/feederd/api/create-api.ts';
import { JobDesk } from '../../src/feederd/job-desk.ts';
import { JobCache } from '../../src/feederd/job-cache.ts';
import { JobEvents, type JobEventsOptions } from '../../src/feederd/job-events.ts';
import { FeederdMetrics } from '../../src/feederd/metrics/feederd-metrics.ts';
import type { Outputs } from '../../src/feederd/outputs.ts';
import { StatsHistory } from '../../src/feederd/stats-history.ts';
import type { Arrive } from '../doubles/arrive.ts';
import { MemoryJobQueue } from '../doubles/memory-job-queue.ts';
import { MemoryJobStore } from '../doubles/memory-job-store.ts';
import { MemoryNodeStates } from '../doubles/memory-node-states.ts';

export interface OpenApi {
  readonly api: FastifyInstance;
  readonly backend: JobStateBackend;
  readonly desk: JobDesk;
  readonly events: JobEvents;
  readonly newJobs: MemoryJobQueue;
  readonly nodeStates: MemoryNodeStates;
  readonly metrics: FeederdMetrics;
  /** What the API logged, as JSON lines. */
  readonly logged: readonly string[];
  /** Changes the job, and tells of it as the job cache would. */
  readonly change: (uniqueId: string, rule: JobRule) => Promise<EncodingJob>;
  /** Applies what a node does to the job, in the same way. */
  readonly work: (uniqueId: string, step: NodeStep) => Promise<EncodingJob>;
}

export interface OpenApiOptions {
  readonly settings?: Partial<ApiDeps['settings']>;
  /** How calls reach the job store; rejects to have it broken. */
  readonly storeArrive?: Arrive;
  readonly events?: JobEventsOptions;
  readonly isReady?: () => Promise<void>;
  readonly bootingNodes?: ApiDeps['bootingNodes'];
  readonly outputs?: Outputs;
  readonly history?: StatsHistory;
}

export type NodeStep =
  | 'claim'
  | 'encode'
  | 'upload'
  | 'finish'
  | { readonly percent: number; readonly log?: string };

export const PASSES = [{ outfile_options: [['vcodec', 'libx264']] }];

export const SUBMISSION = {
  source_path: 'file:///media/in.mov',
  dest_path: 'file:///media/out.mp4',
  job_options: { nommer: 'FFmpegNommer', options: PASSES },
};

/** The API over stores in memory; not listening yet. Close it with `api.close()`. */
export async function openApi(options: OpenApiOptions = {}): Promise<OpenApi> {
  const clock = systemClock;
  const store = new MemoryJobStore(options.storeArrive);
  const newJobs = new MemoryJobQueue(clock);
  const backend = new JobStateBackend({
    store,
    newJobs,
    stateChanges: new MemoryJobQueue(clock),
    clock,
    onHintLost: () => {},
  });
  const events = new JobEvents(options.events);
  const logged: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => logged.push(line) });
  const metrics = new FeederdMetrics({ clock, logger });
  metrics.leads(true);
  const cache = new JobCache(store, (job) => {
    events.publish(job);
    metrics.jobChanged(job);
  });
  const tell = (job: EncodingJob) => cache.update(job);
  const desk = new JobDesk({ backend, clock, onChanged: tell, onUnqueued: () => {} });
  const nodeStates = new MemoryNodeStates();
  const api = await createApi({
    desk,
    metrics,
    backend,
    events,
    openJobs: () => cache.jobs(),
    bootingNodes: options.bootingNodes ?? (() => []),
    untoldJobs: () => cache.untold(),
    newJobs,
    nodeStates,
    history: options.history ?? new StatsHistory(),
    outputs: options.outputs ?? {
      open: () => Promise.reject(new Error('no outputs are kept here')),
    },
    logger,
    isReady: options.isReady ?? (() => store.ping()),
    settings: {
      feederdHost: '127.0.0.1',
      feederdBodyLimitBytes: 65_536,
      apiTokens: [],
      trustedProxies: [],
      rateLimitPerSecond: 1000,
      maxEventStreams: 100,
      s3Endpoint: undefined,
      requestTimeoutSeconds: 30,
      notifySecrets: [],
      httpAllowedNetworks: [],
      presets: { web: { description: 'For the web', options: PASSES } },
      nommers: { SleepNommer: './sleep-nommer.ts' },
      fileRoots: ['/'],
      storageSchemes: ['file', 'http', 'https', 's3'],
      ...options.settings,
    },
  });
  const change: OpenApi['change'] = async (uniqueId, rule) => {
    const ruling = await backend.change(uniqueId, rule);
    tell(ruling.job);
    return ruling.job;
  };
  const work: OpenApi['work'] = (uniqueId, step) =>
    change(uniqueId, (job, now) => ruleFor(step, job, now));
  return { api, backend, desk, events, newJobs, nodeStates, metrics, logged, change, work };
}

const REPORT: AttemptReport = { log: '', translated: [] };
const NODE = { nodeId: 'node-1', leaseMs: 60_000 };

function ruleFor(step: NodeStep, job: EncodingJob, now: number) {
  const claimed = { nodeId: NODE.nodeId, attempt: job.attempt };
  switch (step) {
    case 'claim':
      return claim(
        job,
        { ...NODE, retryPolicy: { maxFailures: 3, backOffMs: 1, maxBackOffMs: 1 } },
        now,
      );
    case 'encode':
      return advance(job, claimed, { ...NODE, state: 'ENCODING', report: REPORT }, now);
    case 'upload':
      return advance(job, claimed, { ...NODE, state: 'UPLOADING', report: REPORT }, now);
    case 'finish':
      return finish(job, claimed, { result: { source: null, outputs: [] }, report: REPORT }, now);
    default: {
      const { percent, log = '' } = step;
      const unknown = { fps: null, speed: null, outSeconds: null, etaSeconds: null };
      const progress = { ...unknown, percent, pass: 1, passes: 1, bytes: null, totalBytes: null };
      return renew(job, claimed, { ...NODE, progress, report: { ...REPORT, log } }, now);
    }
  }
}
