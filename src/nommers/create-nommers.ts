import type { Nommer } from '../core/nommer.ts';
import { FFMPEG_NOMMER } from '../core/nommer-names.ts';
import { FFmpegNommer } from './ffmpeg/ffmpeg-nommer.ts';

export interface NommerSettings {
  /** A path, or a name to look up in PATH; default `ffmpeg`. */
  readonly ffmpegPath?: string | undefined;
  /** A path, or a name to look up in PATH; default `ffprobe`. */
  readonly ffprobePath?: string | undefined;
  readonly ffmpegStallSeconds: number;
}

export interface NommerReports {
  /** Told why FFmpeg would go on if this process were killed, where that is so. */
  readonly onUncontained: (why: string) => void;
}

/**
 * The nommers of a node by name.
 * @param own the user's, which may also take FFmpegNommer's place
 */
export function createNommers(
  settings: NommerSettings,
  own: ReadonlyMap<string, Nommer>,
  { onUncontained }: NommerReports,
): ReadonlyMap<string, Nommer> {
  const builtIn = new FFmpegNommer({
    ffmpegPath: settings.ffmpegPath ?? 'ffmpeg',
    ffprobePath: settings.ffprobePath ?? 'ffprobe',
    ffmpegStallSeconds: settings.ffmpegStallSeconds,
  });
  // Asked now, so that the first job need not wait. Where FFmpeg is missing, each job says so.
  builtIn.prepare().then(
    ({ containment }) => {
      if (containment.lacking !== null) onUncontained(containment.lacking);
    },
    () => undefined,
  );
  return new Map<string, Nommer>([[FFMPEG_NOMMER, builtIn], ...own]);
}
