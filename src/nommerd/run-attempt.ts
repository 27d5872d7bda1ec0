import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { NommerError, toNommerError } from '../core/errors.ts';
import type { JobResult } from '../core/job.ts';
import { confirmCancel, fail, finish, handOver } from '../core/job-rules/hold.ts';
import type { JobRule, Ruling } from '../core/job-rules/ruling.ts';
import type { Logger } from '../daemon/logger.ts';
import { AttemptReporter } from './attempt-report.ts';
import type { DiskGuard, GuardedAttempt } from './disk-guard.ts';
import { Interruption } from './interruption.ts';
import { Lease, type LeaseParts } from './lease.ts';
import { onomnom, type OnomnomParts } from './onomnom.ts';
import { cleanUpAfter, removeLeftovers } from './remove-leftovers.ts';
import { CLEAN_UP_AGAIN_SECONDS, type TakenJob, type TakeJobParts } from './take-job.ts';
import type { WorkSpace } from './work-space.ts';

export interface RunAttemptParts extends LeaseParts, TakeJobParts, OnomnomParts {
  readonly workSpace: Pick<WorkSpace, 'make' | 'remove'>;
  /** Left out: nobody looks how full the disk gets. */
  readonly diskGuard?: Pick<DiskGuard, 'admit'>;
}

const SEALED =
  'This node cannot read the credentials of the job: its SECRETS_KEYS lacks the key that they were encrypted with';

/** A nommer or storage backend that has not stopped so long after it was told to is left behind. */
const STOP_DEADLINE_MS = 10_000;

/**
 * Works on a claimed job until it is done, fails or is interrupted; records how it ended, then does
 * with the message what follows from that, and then cleans up. Never rejects.
 * @param abort aborted when the node drops its work and hands it back
 */
export async function runAttempt(
  taken: TakenJob,
  parts: RunAttemptParts,
  abort: AbortSignal,
): Promise<void> {
  const { job, claim } = taken;
  const logger = parts.logger.child({ job_id: job.uniqueId, attempt: job.attempt });
  const reporter = new AttemptReporter();
  const lease = new Lease(job, { ...taken, report: reporter.report }, { ...parts, logger });
  const drop = () => lease.interrupt(new Interruption('handed-over'));
  if (abort.aborted) drop();
  else abort.addEventListener('abort', drop);
  const kept = lease.keep();
  logger.info({ job_state: job.jobState, source: job.sourcePath }, 'attempt started');

  let dir: string | undefined;
  let guarded: GuardedAttempt | undefined;
  /** Whether earlier attempts are known to have left nothing. */
  let isClean = false;
  try {
    const rule = await work();
    const ruling = rule === undefined ? undefined : await store(rule);
    lease.end();
    await kept;
    if (ruling !== undefined) await settle(ruling, taken.receipt, { ...parts, logger, isClean });
  } catch (thrown: unknown) {
    logger.error({ err: thrown }, 'how the attempt ended is not stored; its lease runs out');
  } finally {
    abort.removeEventListener('abort', drop);
    lease.end();
    await kept;
    if (dir !== undefined) await cleanUp(dir);
    guarded?.[Symbol.dispose]();
  }

  /** Does the work and says by which rule its end is to be stored; undefined = not ours any more. */
  async function work(): Promise<JobRule | undefined> {
    try {
      if (job.sealed !== null) throw new NommerError('SECRETS_SEALED', SEALED);
      const name = `${job.uniqueId}-${job.attempt}`;
      dir = await parts.workSpace.make(name);
      const workDir = await parts.workSpace.make(join(name, 'work'));
      lease.signal.throwIfAborted();
      isClean = await removeLeftovers(job, { ...parts, logger, signal: lease.signal });
      guarded = await parts.diskGuard?.admit(dir);
      const signal = guarded ? AbortSignal.any([lease.signal, guarded.signal]) : lease.signal;
      const working = onomnom(job, { lease, dir, workDir, reporter, signal }, parts);
      const result = await unlessOverdue(working, signal, parts.clock);
      return (stored, now) => finish(stored, claim, { result, report: reporter.report() }, now);
    } catch (thrown: unknown) {
      const ended = [lease.signal, guarded?.signal].find((each) => each?.aborted);
      return ruleFor(ended === undefined ? thrown : ended.reason);
    }
  }

  /** An end that cannot be stored as it is (a nommer's facts may be no JSON) is a failure. */
  async function store(rule: JobRule): Promise<Ruling> {
    try {
      return await lease.insist(rule);
    } catch (thrown: unknown) {
      const failure = lease.isLost ? undefined : ruleFor(thrown);
      if (failure === undefined) throw thrown;
      return lease.insist(failure);
    }
  }

  function ruleFor(thrown: unknown): JobRule | undefined {
    if (thrown instanceof Interruption) {
      logger.info({ why: thrown.message }, 'attempt interrupted');
      switch (thrown.kind) {
        case 'claim-lost':
          return undefined;
        case 'cancelled':
          return (stored, now) => confirmCancel(stored, claim, now);
        case 'handed-over':
          return (stored, now) => handOver(stored, claim, `Handed back: ${thrown.message}`, now);
      }
    }
    const error = toNommerError(thrown);
    logFailure(logger, error);
    const { retryPolicy } = parts.claimRequest;
    return (stored, now) =>
      fail(stored, claim, { error, retryPolicy, report: reporter.report() }, now);
  }

  async function cleanUp(workDir: string): Promise<void> {
    try {
      await parts.workSpace.remove(workDir);
    } catch (thrown: unknown) {
      logger.error({ err: thrown, workDir }, 'could not remove the work directory');
    }
  }
}

/** The result, or the reason of the abort if the work goes on long after it. */
async function unlessOverdue(
  working: Promise<JobResult>,
  signal: AbortSignal,
  clock: Clock,
): Promise<JobResult> {
  const ended = new AbortController();
  let onAbort: (() => void) | undefined;
  const overdue = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      void clock.sleep(STOP_DEADLINE_MS, ended.signal).then(() => reject(signal.reason as Error));
    };
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([working, overdue]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
    ended.abort();
  }
}

/** Does with the message what follows from how the attempt ended. */
async function settle(
  ruling: Ruling,
  receipt: string,
  { isClean, ...parts }: RunAttemptParts & { readonly isClean: boolean },
): Promise<void> {
  const { queue, clock, logger } = parts;
  const { jobState, jobStateDetails, notBefore } = ruling.job;
  if (!ruling.allowed) {
    logger.warn(
      { refusal: ruling.refusal, job_state: jobState },
      'the end of the attempt came too late',
    );
    return;
  }
  logger.info({ job_state: jobState, details: jobStateDetails }, 'attempt ended');
  if (jobState === 'PENDING') {
    const waitMs = (notBefore ?? 0) - clock.now();
    return waitMs > 0 ? queue.extend(receipt, Math.ceil(waitMs / 1000)) : queue.release(receipt);
  }
  const nothingLeft =
    (isClean && jobState === 'FINISHED') || (await cleanUpAfter(ruling.job, parts));
  return nothingLeft ? queue.remove(receipt) : queue.extend(receipt, CLEAN_UP_AGAIN_SECONDS);
}

/** A fault of the job is for its owner; only a fault of our own gets a stack trace. */
function logFailure(logger: Logger, error: NommerError): void {
  if (error.code === 'INTERNAL')
    logger.error({ error_code: error.code, err: error }, 'attempt failed by a fault of ours');
  else logger.warn({ error_code: error.code, details: error.message }, 'attempt failed');
}
