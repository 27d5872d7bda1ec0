import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isFinishedState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';
import type { Planned } from './plan-requests.ts';

/**
 * The idempotency key by which the same command finds the job that it submitted before: of all that was
 * asked for, and of the file as it is. A file that has changed makes another job.
 * @param instead the job that the key led to before, and that is not what is wanted any more
 * @returns undefined for what is not on this machine: nobody knows whether it is still the same
 */
export function jobKey({ source, request }: Planned, instead?: WireJob): string | undefined {
  const { file } = source;
  if (file === null) return undefined;
  const parts = [request, file.size, file.modifiedMs, instead?.unique_id ?? null];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Whether a job that was submitted before still stands for its output: open, or done and all there. */
export async function isStillGood(job: WireJob): Promise<boolean> {
  if (!isFinishedState(job.job_state)) return true;
  if (job.job_state !== 'FINISHED') return false;
  const outputs = job.result?.outputs.map(({ uri }) => uri) ?? [];
  const all = outputs.length === 0 ? [job.dest_path] : outputs;
  return (await Promise.all(all.map(isThere))).every(Boolean);
}

/** What is not on this machine cannot be looked for. */
async function isThere(uri: string): Promise<boolean> {
  if (!/^file:\/\/(?:localhost)?\//i.test(uri)) return true;
  try {
    await access(fileURLToPath(uri));
    return true;
  } catch {
    return false;
  }
}
