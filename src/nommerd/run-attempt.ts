import { NommerError, toNommerError } from '../core/errors.ts';
import type { EncodingJob } from '../core/job.ts';
import { confirmCancel, fail, finish, handOver } from '../core/job-rules/hold.ts';
import type { Ruling } from '../core/job-rules/ruling.ts';
import type { Logger } from '../daemon/logger.ts';
import { AttemptReporter } from './attempt-report.ts';
import { Interruption } from './interruption.ts';
import { Lease, type LeaseParts } from './lease.ts';
import { onomnom, type OnomnomParts } from './onomnom.ts';
import type { TakenJob, TakeJobParts } from './take-job.ts';
import type { WorkSpace } from './work-space.ts';

export interface RunAttemptParts extends LeaseParts, TakeJobParts, OnomnomParts {
  readonly workSpace: WorkSpace;
}

type Rule = (job: EncodingJob, now: number) => Ruling;

const RECORD_AGAIN_MS = 1000;

/**
 * Works on a claimed job until it is done, fails or is interrupted; records how it ended, and then does
 * with the message what follows from that. Never rejects.
 * @param abort aborted when the node drops its work and hands it back
 */
export async function runAttempt(
  taken: TakenJob,
  parts: RunAttemptParts,
  abort: AbortSignal,
): Promise<void> {
  const { job, claim: claimed } = taken;
  const logger = parts.logger.child({ job: job.uniqueId, attempt: job.attempt });
  const reporter = new AttemptReporter();
  const lease = new Lease(job, { ...taken, report: reporter.report }, { ...parts, logger });
  const drop = () => lease.interrupt(new Interruption('handed-over'));
  if (abort.aborted) drop();
  else abort.addEventListener('abort', drop);
  const kept = lease.keep();
  logger.info({ source: job.sourcePath }, 'attempt started');

  try {
    const rule = await work();
    if (rule !== undefined) await settle(await record(rule));
  } catch (thrown: unknown) {
    logger.error({ err: thrown }, 'could not record how the attempt ended; its lease will run out');
  } finally {
    abort.removeEventListener('abort', drop);
    lease.end();
    await kept;
  }

  /** Does the work and says by which rule its end is to be recorded; undefined = not ours any more. */
  async function work(): Promise<Rule | undefined> {
    let dir: string | undefined;
    try {
      dir = await parts.workSpace.make(`${job.uniqueId}-${job.attempt}`);
      lease.signal.throwIfAborted();
      const result = await onomnom(job, { lease, dir, reporter }, parts);
      return (stored, now) => finish(stored, claimed, { result, report: reporter.report() }, now);
    } catch (thrown: unknown) {
      return ruleFor(lease.signal.aborted ? (lease.signal.reason as unknown) : thrown);
    } finally {
      if (dir !== undefined) await parts.workSpace.remove(dir);
    }
  }

  function ruleFor(thrown: unknown): Rule | undefined {
    if (thrown instanceof Interruption) {
      logger.info({ why: thrown.message }, 'attempt interrupted');
      switch (thrown.kind) {
        case 'claim-lost':
          return undefined;
        case 'cancelled':
          return (stored, now) => confirmCancel(stored, claimed, now);
        case 'handed-over':
          return (stored, now) => handOver(stored, claimed, `Handed back: ${thrown.message}`, now);
      }
    }
    const error = toNommerError(thrown);
    logFailure(logger, error);
    const { retryPolicy } = parts.claimRequest;
    return (stored, now) =>
      fail(stored, claimed, { error, retryPolicy, report: reporter.report() }, now);
  }

  /** Tries for as long as the lease is ours: what was worked for is not given up for a short outage. */
  async function record(rule: Rule): Promise<Ruling> {
    for (;;) {
      try {
        return await parts.backend.change(job.uniqueId, rule);
      } catch (thrown: unknown) {
        if (lease.isLost || (thrown instanceof NommerError && thrown.code === 'UNKNOWN_JOB')) {
          throw thrown;
        }
        logger.warn({ err: thrown }, 'could not record how the attempt ended; trying on');
        await parts.clock.sleep(RECORD_AGAIN_MS);
      }
    }
  }

  async function settle(ruling: Ruling): Promise<void> {
    const { queue, clock } = parts;
    if (!ruling.allowed) {
      logger.warn({ refusal: ruling.refusal }, 'the end of the attempt came too late');
      return;
    }
    const ended = ruling.job;
    logger.info({ state: ended.jobState, details: ended.jobStateDetails }, 'attempt ended');
    if (ended.jobState !== 'PENDING') return queue.remove(taken.receipt);
    const waitMs = (ended.notBefore ?? 0) - clock.now();
    return waitMs > 0
      ? queue.extend(taken.receipt, Math.ceil(waitMs / 1000))
      : queue.release(taken.receipt);
  }
}

/** A fault of the job is for its owner; only a fault of our own gets a stack trace. */
function logFailure(logger: Logger, error: NommerError): void {
  if (error.code === 'INTERNAL') logger.error({ err: error }, 'attempt failed by a fault of ours');
  else logger.warn({ code: error.code, details: error.message }, 'attempt failed');
}
