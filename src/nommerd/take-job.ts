import type { Clock } from '../core/clock.ts';
import { toNommerError } from '../core/errors.ts';
import { isFinished, type Claim, type EncodingJob } from '../core/job.ts';
import { claim, isClaimedBy, type ClaimRequest } from '../core/job-rules/claim.ts';
import { refuse, type Ruling } from '../core/job-rules/ruling.ts';
import { isWorkingState } from '../core/job-states.ts';
import type { JobStateBackend } from '../core/job-state-backend.ts';
import { decodeJobMessage } from '../core/messages.ts';
import type { JobQueue, QueueMessage } from '../core/ports.ts';
import { JobUnreadable } from '../core/unreadable-job.ts';
import type { Logger } from '../daemon/logger.ts';
import type { OnomnomParts } from './onomnom.ts';
import { cleanUpAfter } from './remove-leftovers.ts';

export interface TakeJobParts {
  readonly backend: JobStateBackend;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly claimRequest: ClaimRequest;
  readonly backendFor: OnomnomParts['backendFor'];
  /** Whether a slot of this node has the job. */
  readonly isWorkingOn: (uniqueId: string) => boolean;
}

export interface TakenJob {
  readonly job: EncodingJob;
  readonly claim: Claim;
  /** Monotonic time right before the claim was asked for. */
  readonly claimedAt: number;
  readonly receipt: string;
}

/** SQS's limit for a delay. */
const MAX_PUT_BACK_SECONDS = 900;
const RECEIVED_OFTEN = 50;
/** Until a job is looked at again whose store cannot be reached. */
const STORE_AWAY_SECONDS = 10;
/** Whoever cannot clean up after a job leaves that, with its message, to a later one; in time it is enough. */
export const CLEAN_UP_AGAIN_SECONDS = 60;
const CLEAN_UPS = 20;

/**
 * Claims the job that a message is about. Where it cannot be claimed, the message is removed (the job
 * has ended and nothing of it is left over) or put back until it may be claimed, and nothing is returned.
 * That of a job which nobody can read is left as it is: another node may be able to, else it is buried.
 * @throws what the store said, where it cannot be reached; the message is put back then, too
 */
export async function takeJob(
  message: QueueMessage,
  parts: TakeJobParts,
): Promise<TakenJob | undefined> {
  const { queue, clock, logger } = parts;
  const uniqueId = decodeJobMessage(message.body);
  const claimedAt = clock.monotonic();
  const ruling = uniqueId === undefined ? undefined : await claimJob(uniqueId, message, parts);
  if (ruling instanceof JobUnreadable) {
    logger.error(
      { job_id: uniqueId, reason: ruling.reason },
      'a stored job cannot be read: not taken',
    );
    return undefined;
  }
  if (ruling === undefined) {
    logger.warn({ job_id: uniqueId }, 'removed a message about no job');
    await queue.remove(message.receipt);
    return undefined;
  }
  if (isFinished(ruling.job)) {
    const isClean = await cleanUpAfter(ruling.job, parts);
    if (isClean || message.receiveCount >= CLEAN_UPS) await queue.remove(message.receipt);
    else await queue.extend(message.receipt, CLEAN_UP_AGAIN_SECONDS);
    return undefined;
  }

  const { job } = ruling;
  const mine: Claim = { nodeId: parts.claimRequest.nodeId, attempt: job.attempt };
  // An allowed claim may still have ended in a back-off; a refused one may show an older claim of ours.
  if (ruling.allowed && isClaimedBy(job, mine)) {
    return { job, claim: mine, claimedAt, receipt: message.receipt };
  }
  const freeAt = Math.max(job.lease?.until ?? 0, job.notBefore ?? 0);
  const seconds = Math.ceil((freeAt - clock.now()) / 1000);
  await putBack(message, Math.min(Math.max(seconds, 1), MAX_PUT_BACK_SECONDS), queue);
  return undefined;
}

/** A queue buries what was received too often; a message too many of a long job must not end there. */
async function putBack(message: QueueMessage, seconds: number, queue: JobQueue): Promise<void> {
  if (message.receiveCount < RECEIVED_OFTEN) return queue.extend(message.receipt, seconds);
  await queue.send(message.body, seconds);
  await queue.remove(message.receipt);
}

async function claimJob(
  uniqueId: string,
  message: QueueMessage,
  { backend, claimRequest, queue, logger, isWorkingOn }: TakeJobParts,
): Promise<Ruling | JobUnreadable | undefined> {
  try {
    return await backend.change(uniqueId, (job, now) => {
      // After the machine has slept, a lease may be over that is about to be renewed.
      const isOurs = isWorkingState(job.jobState) && isWorkingOn(uniqueId);
      return isOurs ? refuse(job, 'leased') : claim(job, claimRequest, now);
    });
  } catch (thrown: unknown) {
    if (thrown instanceof JobUnreadable) return thrown;
    const { code } = toNommerError(thrown);
    if (code === 'UNKNOWN_JOB') return undefined;
    // What a job does to the store stays one to bury; an outage, however long, is none of its doing.
    if (code !== 'INTERNAL') {
      await putBack(message, STORE_AWAY_SECONDS, queue).catch((failure: unknown) =>
        logger.warn({ err: failure, job_id: uniqueId }, 'could not put the message back'),
      );
    }
    throw thrown;
  }
}
