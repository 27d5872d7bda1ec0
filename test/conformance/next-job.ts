import type { EncodingJob } from '../../src/core/job.ts';
import { makeJob, NOW } from '../doubles/make-job.ts';

let clock = NOW;

/** A freshly submitted job; each is a second younger than the one before. */
export function nextJob(uniqueId: string, patch: Partial<EncodingJob> = {}): EncodingJob {
  clock += 1000;
  return makeJob({ uniqueId, ...patch }, clock);
}
