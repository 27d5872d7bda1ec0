import type { ApiToken } from '../../conf/api-tokens.ts';
import type { EncodingJob } from '../../core/job.ts';
import type { JobStateBackend } from '../../core/job-state-backend.ts';
import type { FleetNode, JobQueue, NodeStates } from '../../core/ports.ts';
import type { Logger } from '../../daemon/logger.ts';
import type { UntoldJob } from '../job-cache.ts';
import type { JobDesk } from '../job-desk.ts';
import type { JobEvents } from '../job-events.ts';
import type { Outputs } from '../outputs.ts';
import type { StatsHistory } from '../stats-history.ts';
import type { FeederdMetrics } from '../metrics/feederd-metrics.ts';
import type { SubmitRules } from './read-submit.ts';

/** The slice of the settings that the API needs. */
export interface ApiSettings extends SubmitRules {
  readonly feederdHost: string;
  readonly apiTokens: readonly ApiToken[];
  readonly trustedProxies: readonly string[];
  readonly rateLimitPerSecond: number;
  readonly maxEventStreams: number;
  readonly requestTimeoutSeconds: number;
  readonly feederdBodyLimitBytes: number;
  /** Where outputs may be besides AWS. */
  readonly s3Endpoint: string | undefined;
}

export interface ApiDeps {
  readonly desk: JobDesk;
  readonly backend: JobStateBackend;
  readonly events: JobEvents;
  /** The unfinished jobs: the job cache's. */
  readonly openJobs: () => Iterable<EncodingJob>;
  /** The ended ones with notifications to deliver. */
  readonly untoldJobs: () => Iterable<UntoldJob>;
  /** Launched nodes that have yet to report. */
  readonly bootingNodes: () => readonly FleetNode[];
  readonly newJobs: Pick<JobQueue, 'depth'>;
  readonly nodeStates: Pick<NodeStates, 'list'>;
  readonly metrics: Pick<FeederdMetrics, 'contentType' | 'read' | 'requestAnswered'>;
  readonly outputs: Outputs;
  readonly history: Pick<StatsHistory, 'after'>;
  readonly settings: ApiSettings;
  readonly logger: Logger;
  /** Rejects while the store or the queue cannot be reached. */
  readonly isReady: () => Promise<void>;
}
