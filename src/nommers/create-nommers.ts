import type { ContainmentLevel } from '../core/containment-levels.ts';
import { NommerError } from '../core/errors.ts';
import type { Nommer } from '../core/nommer.ts';
import { FFMPEG_NOMMER } from '../core/nommer-names.ts';
import type { Containment } from './ffmpeg/containment/containment.ts';
import type { FFmpegLimitSettings } from './ffmpeg/containment/limits.ts';
import { FFmpegNommer } from './ffmpeg/ffmpeg-nommer.ts';

export interface NommerSettings extends FFmpegLimitSettings {
  /** A path, or a name to look up in PATH; default `ffmpeg`. */
  readonly ffmpegPath?: string | undefined;
  /** A path, or a name to look up in PATH; default `ffprobe`. */
  readonly ffprobePath?: string | undefined;
  readonly ffmpegStallSeconds: number;
  readonly ffmpegContainment?: ContainmentLevel;
}

export type FFmpegContainment = Pick<Containment, 'level' | 'lacking'>;

export interface NommerReports {
  /** Told once how FFmpeg is contained on this machine, and what that lacks. */
  readonly onContained: (containment: FFmpegContainment) => void;
}

/**
 * The nommers of a node by name. FFmpeg is asked what it can do at once, so that the first job need not
 * wait for that; where it is missing, each job says so.
 * @param own the user's, which may also take FFmpegNommer's place
 * @throws NommerError BAD_SETTING where the machine cannot contain FFmpeg as `ffmpegContainment` wants
 */
export async function createNommers(
  settings: NommerSettings,
  own: ReadonlyMap<string, Nommer>,
  { onContained }: NommerReports,
): Promise<ReadonlyMap<string, Nommer>> {
  const builtIn = new FFmpegNommer({
    ...settings,
    ffmpegPath: settings.ffmpegPath ?? 'ffmpeg',
    ffprobePath: settings.ffprobePath ?? 'ffprobe',
  });
  const prepared = builtIn.prepare().then(
    ({ containment }) => onContained(containment),
    (thrown: unknown) => {
      if (thrown instanceof NommerError && thrown.code === 'BAD_SETTING') throw thrown;
    },
  );
  // Any machine will do where nothing is wanted, so nobody needs to wait.
  if ((settings.ffmpegContainment ?? 'none') !== 'none') await prepared;
  return new Map<string, Nommer>([[FFMPEG_NOMMER, builtIn], ...own]);
}
