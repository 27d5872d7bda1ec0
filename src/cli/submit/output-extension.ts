import { parseFFmpegOptions } from '../../core/ffmpeg-options.ts';
import type { JsonValue } from '../../core/json.ts';

/** What files of FFmpeg's muxers are called; others are called like their muxer. */
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['adts', 'aac'],
  ['image2', 'jpg'],
  ['ipod', 'm4a'],
  ['ismv', 'mp4'],
  ['matroska', 'mkv'],
  ['mjpeg', 'jpg'],
  ['mpegts', 'ts'],
  ['oga', 'ogg'],
]);

const DEFAULT_EXTENSION = 'mp4';

/**
 * The extension of what FFmpegNommer makes with `options`: that of the format in the last pass. Options
 * that are no list of passes, or name no format, make an mp4.
 */
export function outputExtension(options: JsonValue): string {
  const format = formatOf(options);
  if (format === undefined) return DEFAULT_EXTENSION;
  return EXTENSIONS.get(format) ?? format;
}

function formatOf(options: JsonValue): string | undefined {
  if (!Array.isArray(options)) return undefined;
  const last = parseFFmpegOptions(options).at(-1);
  const format = last?.outfileOptions.findLast(([name]) => name === 'f')?.[1];
  return format !== null && format !== undefined && /^[a-z0-9_]+$/i.test(format)
    ? format
    : undefined;
}
