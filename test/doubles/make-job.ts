import type { EncodingJob } from '../../src/core/job.ts';
import { submitJob } from '../../src/core/job-rules/submit.ts';

/** When jobs of tests are submitted, unless they say otherwise. */
export const NOW = Date.UTC(2026, 10, 1);

/** A job as it is right after its submit, with `patch` over it. */
export function makeJob(patch: Partial<EncodingJob> = {}, now = NOW): EncodingJob {
  const request = {
    uniqueId: 'job-1',
    sourcePath: 'file:///media/in.mp4',
    destPath: 'file:///media/out.mp4',
    nommer: 'FFmpegNommer',
    options: [],
    notifyUrl: null,
    notify: null,
    metadata: {},
    submitter: null,
    requestHash: null,
  };
  return { ...submitJob(request, now), ...patch };
}
