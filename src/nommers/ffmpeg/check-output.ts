import { NommerError } from '../../core/errors.ts';
import type { FFmpegPass } from '../../core/ffmpeg-options.ts';
import { expectedDuration } from './expected-duration.ts';
import type { ProbedMedia, Span } from './read-probe.ts';
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

/** What a picture says of itself is no duration, even when it moves. */
const PICTURES = /^(?:image2|gif|apng|webp|[a-z0-9]+_pipe)$/;

/**
 * FFmpeg exits with 0 when its source ends too early; this is where that is found out, of the whole as
 * well as of video and audio each: where only one is damaged, the other hides it. Compares only
 * durations that can be relied on, so that no good output is refused.
 * @throws NommerError OUTPUT_INCOMPLETE
 */
export function checkOutput({ source, output, pass, writtenSeconds }: OutputCheck): void {
  if (source === null || !FORMATS_DECLARING_DURATION.has(formatOf(source))) return;
  if (!output.facts.duration && PICTURES.test(formatOf(output))) return;
  const frameSeconds = Math.max(frameSecondsOf(source), frameSecondsOf(output));
  const compare = (what: string, made: number, span: Span | null) => {
    const end = expectedDuration(span?.end ?? null, pass);
    if (end === null || made === 0) return;
    const expected = end - Math.max(0, span?.start ?? 0);
    const tolerance = Math.max(
      TOLERANCE_SECONDS,
      expected * TOLERANCE_SHARE,
      frameSeconds * TOLERANCE_FRAMES,
    );
    if (made >= expected - tolerance) return;
    throw new NommerError(
      'OUTPUT_INCOMPLETE',
      `The ${what} is ${made.toFixed(1)} s long and ${expected.toFixed(1)} s were expected: ` +
        'the source is probably damaged or cut off',
    );
  };
  const made = Math.max(output.facts.duration ?? 0, writtenSeconds ?? 0);
  compare('output', made, wholeSpan(source, output));
  if (output.facts.video === null || output.facts.audio === null) return;
  compare("output's video", output.videoSpan?.end ?? 0, source.videoSpan);
  compare("output's audio", output.audioSpan?.end ?? 0, source.audioSpan);
}

/** From the first to the last that the kinds in the output have in the source at least. */
function wholeSpan(source: ProbedMedia, output: ProbedMedia): Span | null {
  const { facts, videoSpan, audioSpan, startSeconds, streams } = source;
  const needed = [
    ...(output.facts.video ? [videoSpan] : []),
    ...(output.facts.audio ? [audioSpan] : []),
  ];
  if (needed.length === 0) return null;
  const known = needed.filter((span) => span !== null);
  if (known.length === needed.length) {
    const [starts, ends] = [known.map(({ start }) => start), known.map(({ end }) => end)];
    return { start: Math.min(...starts), end: Math.max(...ends) };
  }
  // The container's own duration is that of its longest stream: only good when it can be no other's.
  if (streams !== needed.length || facts.duration === null) return null;
  return { start: 0, end: facts.duration - Math.max(0, startSeconds) };
}

function formatOf({ facts }: ProbedMedia): string {
  return facts.format?.split(',', 1)[0] ?? '';
}

/** How long a frame stands; the last one's length may get lost. */
function frameSecondsOf({ facts }: ProbedMedia): number {
  return 1 / (facts.video?.frameRate ?? Infinity);
}
