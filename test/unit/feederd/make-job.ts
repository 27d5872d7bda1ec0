import type { EncodingJob } from '../../../src/core/job.ts';
import { submitJob, type NewJob } from '../../../src/core/job-rules/submit.ts';

/** A freshly submitted job with whatever a test wants of it. */
export function makeJob(patch: Partial<EncodingJob> = {}, now = 1_800_000_000_000): EncodingJob {
  const request: NewJob = {
    uniqueId: 'job-1',
    sourcePath: 'file:///in.mp4',
    destPath: 'file:///out.mp4',
    nommer: 'FFmpegNommer',
    options: [],
    notifyUrl: null,
    metadata: {},
    requestHash: null,
  };
  return { ...submitJob(request, now), ...patch };
}
