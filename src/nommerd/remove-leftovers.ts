import type { Clock } from '../core/clock.ts';
import { NommerError } from '../core/errors.ts';
import { hasUploaded, isFinished, type EncodingJob } from '../core/job.ts';
import { parseMediaUri } from '../core/media-uri.ts';
import type { Logger } from '../daemon/logger.ts';
import type { OnomnomParts } from './onomnom.ts';

type RemoveLeftoversParts = Pick<OnomnomParts, 'backendFor'> & { readonly logger: Logger };

const AT_AN_END_MS = 20_000;

/**
 * Removes what the job's dead attempts left at its destination. Nodes do that, not feederd: they have the
 * rights to media. What cannot be removed is told in the log, and holds nobody up.
 * @param job one that the caller has just claimed, or that has ended
 * @returns false where something may be left that is worth another try
 */
export async function removeLeftovers(
  job: EncodingJob,
  { backendFor, logger, signal }: RemoveLeftoversParts & { readonly signal: AbortSignal },
): Promise<boolean> {
  const attempts = deadAttempts(job);
  if (!hasUploaded(job, attempts)) return true;
  try {
    const uri = parseMediaUri(job.destPath, 'dest_path');
    const { uniqueId: jobId, createdAt: since } = job;
    const backend = backendFor(uri, 'dest_path');
    await backend.removeLeftovers?.(uri, { jobId, attempts, since, signal });
    return true;
  } catch (thrown: unknown) {
    if (signal.aborted) return false;
    logger.warn({ err: thrown }, 'could not remove what a dead attempt left at the destination');
    return !(thrown instanceof NommerError && thrown.retryable);
  }
}

/** The same for a job that has ended: as long as a message may wait for it. */
export async function cleanUpAfter(
  job: EncodingJob,
  parts: RemoveLeftoversParts & { readonly clock: Clock },
): Promise<boolean> {
  const tooLong = new AbortController();
  const done = new AbortController();
  void parts.clock.sleep(AT_AN_END_MS, done.signal).then(() => tooLong.abort());
  const isClean = await removeLeftovers(job, { ...parts, signal: tooLong.signal });
  done.abort();
  return isClean;
}

/** A finished attempt has published all that it uploaded; everyone else's is left over. */
function deadAttempts(job: EncodingJob): number {
  return isFinished(job) && job.jobState !== 'FINISHED' ? job.attempt : job.attempt - 1;
}
