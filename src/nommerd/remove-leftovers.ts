import { isFinished, type EncodingJob } from '../core/job.ts';
import { parseMediaUri } from '../core/media-uri.ts';
import type { Logger } from '../daemon/logger.ts';
import type { OnomnomParts } from './onomnom.ts';

/**
 * Removes what the job's dead attempts left at its destination. Nodes do that, not feederd: they have the
 * rights to media. What cannot be removed is told in the log, and holds nobody up.
 * @param job one that the caller has just claimed, or that has ended
 */
export async function removeLeftovers(
  job: EncodingJob,
  { backendFor, logger, signal }: Pick<OnomnomParts, 'backendFor'> & RemoveLeftoversParts,
): Promise<void> {
  const attempts = deadAttempts(job);
  const anyUploaded = job.timings.some(
    ({ state, attempt }) => state === 'UPLOADING' && attempt <= attempts,
  );
  if (!anyUploaded) return;
  try {
    const uri = parseMediaUri(job.destPath, 'dest_path');
    const { uniqueId: jobId, createdAt: since } = job;
    const backend = backendFor(uri, 'dest_path');
    await backend.removeLeftovers?.(uri, { jobId, attempts, since, signal });
  } catch (thrown: unknown) {
    if (signal.aborted) return;
    logger.warn({ err: thrown }, 'could not remove what a dead attempt left at the destination');
  }
}

interface RemoveLeftoversParts {
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** A finished attempt has published all that it uploaded; everyone else's is left over. */
function deadAttempts(job: EncodingJob): number {
  return isFinished(job) && job.jobState !== 'FINISHED' ? job.attempt : job.attempt - 1;
}
