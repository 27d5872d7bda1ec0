import { isFinished } from '../../src/core/job.ts';
import { encodeJobMessage } from '../../src/core/messages.ts';
import type { Installation } from './installation.ts';

/**
 * Uploads in parts that may stay open when nothing is left to be done:
 *
 * - Those of a job that has ended, whose message waits for the next node to remove them, or got lost.
 * - One whose begin the server has carried out so late that the job had ended, and nobody looked any more.
 * - One that a FINISHED attempt has begun without hearing so, in a call whose repetition it did hear, when
 *   the call that looks for such uploads failed, too.
 *
 * A rule of the bucket ends the latter two.
 */
export function mayStay(
  { jobId, at }: { readonly jobId: string; readonly at: number },
  { facts, store, newJobs }: Installation,
): boolean {
  const job = store.get(jobId);
  if (job === undefined || !isFinished(job)) return false;
  const waits = newJobs.messages.some(({ body }) => body === encodeJobMessage(jobId));
  if (at > (facts.endedAt.get(jobId) ?? Infinity)) return true;
  if (waits || facts.lostMessages.has(jobId)) return true;
  return job.jobState === 'FINISHED' && facts.forgotten.has(jobId);
}
