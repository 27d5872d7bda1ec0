import type { WireJob } from './job-wire.ts';
import { formatDuration, formatPercent, formatSize, formatSpeed } from './format-figures.ts';

/** What is known of how far a job is, as short texts; what is unknown is not there. */
export interface ProgressFigures {
  readonly percent?: string;
  readonly fps?: string;
  readonly speed?: string;
  readonly eta?: string;
  readonly pass?: string;
  /** Where there is no percentage: media time written, or bytes moved. */
  readonly amount?: string;
}

export function progressFigures({ job_state, progress }: WireJob): ProgressFigures {
  if (progress === null) return {};
  const isEncoding = job_state === 'ENCODING';
  const percent = percentOf(progress);
  return {
    ...(percent !== null && { percent: formatPercent(percent) }),
    ...(isEncoding && progress.fps !== null && { fps: `${Math.round(progress.fps)} fps` }),
    ...(isEncoding && progress.speed !== null && { speed: formatSpeed(progress.speed) }),
    ...(progress.eta_seconds !== null && { eta: `ETA ${formatDuration(progress.eta_seconds)}` }),
    ...(isEncoding && progress.passes > 1 && { pass: `pass ${progress.pass}/${progress.passes}` }),
    ...(percent === null && amountOf(progress)),
  };
}

/** Of the state that the job is in: of the encoding, or of the bytes to be moved. */
export function percentOf(progress: NonNullable<WireJob['progress']>): number | null {
  const { percent, bytes, total_bytes: totalBytes } = progress;
  if (percent !== null) return percent;
  if (bytes === null || totalBytes === null || totalBytes === 0) return null;
  return (bytes / totalBytes) * 100;
}

function amountOf(progress: NonNullable<WireJob['progress']>): { amount?: string } {
  if (progress.out_seconds !== null) return { amount: formatDuration(progress.out_seconds) };
  if (progress.bytes !== null) return { amount: formatSize(progress.bytes) };
  return {};
}
