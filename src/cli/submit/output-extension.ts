import { extensionOfMuxer } from '../../core/ffmpeg-formats.ts';
import { parseFFmpegOptions } from '../../core/ffmpeg-options.ts';
import type { JsonValue } from '../../core/json.ts';

const DEFAULT_EXTENSION = 'mp4';

/**
 * The extension of what FFmpegNommer makes with `options`: that of the format in the last pass. Options
 * that are no list of passes, or name no format, make an mp4.
 */
export function outputExtension(options: JsonValue): string {
  const format = formatOf(options);
  if (format === undefined) return DEFAULT_EXTENSION;
  return extensionOfMuxer(format.toLowerCase());
}

function formatOf(options: JsonValue): string | undefined {
  if (!Array.isArray(options)) return undefined;
  const last = parseFFmpegOptions(options).at(-1);
  return last?.outfileOptions.findLast(([name]) => name === 'f')?.[1] ?? undefined;
}
