import type { EncodingJob } from '../../src/core/job.ts';
import { submitJob, type NewJob } from '../../src/core/job-rules/submit.ts';

let clock = Date.UTC(2026, 10, 1);

/** A job as it is when it has just been submitted; each is a second younger than the one before. */
export function makeJob(uniqueId: string, patch: Partial<NewJob> = {}): EncodingJob {
  clock += 1000;
  const request: NewJob = {
    uniqueId,
    sourcePath: 'file:///media/in.mov',
    destPath: 'file:///media/out.mp4',
    nommer: 'FFmpegNommer',
    options: [{ outfile_options: [['vcodec', 'libx264']] }],
    notifyUrl: null,
    metadata: {},
    requestHash: null,
    ...patch,
  };
  return submitJob(request, clock);
}
