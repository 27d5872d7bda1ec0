import { NommerError } from '../../core/errors.ts';
import type { FFmpegPass } from '../../core/ffmpeg-options.ts';
import { expectedDuration } from './expected-duration.ts';
import type { ProbedMedia } from './read-probe.ts';
import { FORMATS_DECLARING_DURATION } from './source-formats.ts';

export interface OutputCheck {
  readonly source: ProbedMedia | null;
  readonly output: ProbedMedia;
  /** The pass that wrote it. */
  readonly pass: FFmpegPass;
  /** Media time that FFmpeg says it wrote. */
  readonly writtenSeconds: number | null;
}

const TOLERANCE_SECONDS = 1;
const TOLERANCE_SHARE = 0.02;
const TOLERANCE_FRAMES = 2;

/**
 * FFmpeg exits with 0 when its source ends too early; this is where that is found out. Compares only
 * durations that can be relied on, so that no good output is refused.
 * @throws NommerError OUTPUT_INCOMPLETE
 */
export function checkOutput({ source, output, pass, writtenSeconds }: OutputCheck): void {
  const made = Math.max(output.facts.duration ?? 0, writtenSeconds ?? 0);
  const expected = expectedDuration(source && sourceSeconds(source, output), pass);
  if (expected === null || made === 0) return;
  const frameSeconds = 1 / (output.facts.video?.frameRate ?? Infinity);
  const tolerance = Math.max(
    TOLERANCE_SECONDS,
    expected * TOLERANCE_SHARE,
    frameSeconds * TOLERANCE_FRAMES,
  );
  if (made >= expected - tolerance) return;
  throw new NommerError(
    'OUTPUT_INCOMPLETE',
    `The output is ${made.toFixed(1)} s long and ${expected.toFixed(1)} s were expected: ` +
      'the source is probably damaged or cut off',
  );
}

/** Seconds that the streams of the kinds in the output have in the source at least. */
function sourceSeconds(source: ProbedMedia, output: ProbedMedia): number | null {
  const { facts, videoSeconds, audioSeconds, startSeconds, streams } = source;
  const format = facts.format?.split(',', 1)[0] ?? '';
  if (!FORMATS_DECLARING_DURATION.has(format)) return null;
  const needed = [
    ...(output.facts.video ? [videoSeconds] : []),
    ...(output.facts.audio ? [audioSeconds] : []),
  ];
  if (needed.length === 0) return null;
  const known = needed.filter((seconds) => seconds !== null);
  // The container's own duration is that of its longest stream: only good when it can be no other's.
  const longest = known.length === needed.length ? Math.max(...known) : null;
  const seconds = longest ?? (streams === needed.length ? facts.duration : null);
  return seconds === null ? null : seconds - Math.max(0, startSeconds);
}
