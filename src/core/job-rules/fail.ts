import type { EncodingJob } from '../job.ts';
import type { ErrorCode, NommerError } from '../errors.ts';
import { enterState } from './enter-state.ts';
import type { Ruling } from './ruling.ts';

export interface RetryPolicy {
  /** So many failures end the job in ERROR. */
  readonly maxFailures: number;
  /** Wait after the first reported failure; with each further one it grows by the kind of failure. */
  readonly backOffMs: number;
  /** For failures that need no time to pass. */
  readonly maxBackOffMs: number;
}

const MAX_BACK_OFF_MS = 300_000;
const GROWTH = 2;
/**
 * What only time mends: a server that is away, a full disk, a node that lacks what others have. The tries
 * that a job has by default span most of an hour then.
 */
const PASS_WITH_TIME: ReadonlySet<ErrorCode> = new Set([
  'SOURCE_UNREACHABLE',
  'SOURCE_INCOMPLETE',
  'DEST_UNREACHABLE',
  'DISK_FULL',
  'FFMPEG_MISSING',
  'BAD_SETTING',
  'UNKNOWN_NOMMER',
  'UNSUPPORTED_SCHEME',
]);
const GROWTH_WITH_TIME = 8;
const MAX_BACK_OFF_WITH_TIME_MS = 3_600_000;

/** The policy that the settings ask for. */
export function retryPolicyOf(settings: {
  readonly jobMaxAttempts: number;
  readonly jobRetryBackOffSeconds: number;
}): RetryPolicy {
  return {
    maxFailures: settings.jobMaxAttempts,
    backOffMs: settings.jobRetryBackOffSeconds * 1000,
    maxBackOffMs: MAX_BACK_OFF_MS,
  };
}

interface FailOptions {
  readonly retryPolicy: RetryPolicy;
  /** No wait after the first failure: the job was interrupted rather than tried in vain. */
  readonly immediate?: boolean;
}

/**
 * Counts a failure: back to PENDING with back-off while the error may pass and failures are left, else
 * ERROR. A job that somebody wants cancelled is not tried again.
 */
export function failed(
  job: EncodingJob,
  error: NommerError,
  { retryPolicy, immediate = false }: FailOptions,
  now: number,
): Ruling {
  if (job.cancelRequested) {
    return enterState(job, 'CANCELLED', now, { lease: null, jobStateDetails: 'Cancelled' });
  }
  const failures = job.failures + 1;
  const outcome = {
    failures,
    lease: null,
    errorCode: error.code,
    jobStateDetails: error.message,
  };
  if (!error.retryable) return enterState(job, 'ERROR', now, outcome);
  if (failures >= retryPolicy.maxFailures) {
    const jobStateDetails =
      failures === 1 ? error.message : `${error.message} (given up after ${failures} failures)`;
    return enterState(job, 'ERROR', now, { ...outcome, jobStateDetails });
  }
  const waitMs = backOffMs(error.code, immediate ? failures - 1 : failures, retryPolicy);
  return enterState(job, 'PENDING', now, {
    ...outcome,
    notBefore: waitMs === 0 ? null : now + waitMs,
    jobStateDetails: `Trying again after failure ${failures}: ${error.message}`,
  });
}

function backOffMs(code: ErrorCode, failures: number, policy: RetryPolicy): number {
  if (failures <= 0) return 0;
  const [growth, mostMs] = PASS_WITH_TIME.has(code)
    ? [GROWTH_WITH_TIME, MAX_BACK_OFF_WITH_TIME_MS]
    : [GROWTH, policy.maxBackOffMs];
  return Math.min(policy.backOffMs * growth ** (failures - 1), mostMs);
}
