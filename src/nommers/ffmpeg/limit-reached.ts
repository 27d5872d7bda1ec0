import type { FFmpegLimits } from './containment/limits.ts';
import type { FFmpegEnd } from './run-ffmpeg.ts';

type Ending = Pick<FFmpegEnd, 'exitCode' | 'signalName' | 'errorLines'>;

/** What FFmpeg, its encoders and the C library say when the kernel gives no more. */
const NO_MEMORY = /Cannot allocate memory|malloc of size \d+ failed|bad_alloc|out of memory/i;
const NO_PROCESS = /pthread_create|cannot fork|Failed to create thread/i;
const FILE_TOO_LARGE = /File too large/;

/**
 * Which limit a run has met, in a person's words. FFmpeg may exit with 0 though it could not write all.
 * @returns undefined for one that met none
 */
export function limitReached(
  { exitCode, signalName, errorLines }: Ending,
  limits: FFmpegLimits,
): string | undefined {
  const says = (pattern: RegExp) => errorLines.some((line) => pattern.test(line));
  if (signalName === 'SIGXFSZ' || says(FILE_TOO_LARGE)) {
    return `The output got larger than the ${limits.maxOutputBytes} bytes that FFMPEG_MAX_OUTPUT_BYTES allows`;
  }
  if (signalName === 'SIGXCPU') {
    return `FFmpeg computed for longer than FFMPEG_MAX_SECONDS (${limits.maxSeconds}) allows on all cores`;
  }
  if (exitCode === 0) return undefined;
  if (says(NO_MEMORY)) {
    return `FFmpeg needs more than the ${limits.maxMemoryBytes} bytes of memory that FFMPEG_MAX_MEMORY_BYTES allows`;
  }
  if (says(NO_PROCESS)) return 'FFmpeg needs more threads or processes than it may start';
  return undefined;
}
