import type { Settings } from '../../conf/settings.ts';
import { NommerError } from '../../core/errors.ts';
import { locateProgram, runProgram } from '../run-program.ts';
import { installFFmpeg } from './install-ffmpeg.ts';

/** Absolute paths. */
export interface FFmpegPaths {
  readonly ffmpeg: string;
  readonly ffprobe: string;
}

/**
 * The FFmpeg for the demo: what the settings say, else the system's where it makes H.264, else one that
 * npm brings.
 * @throws NommerError FFMPEG_MISSING
 */
export async function findFFmpeg(
  settings: Settings,
  say: (text: string) => void,
): Promise<FFmpegPaths> {
  const { ffmpegPath, ffprobePath, dataDir } = settings;
  const [ffmpeg, ffprobe] = await Promise.all([
    locateProgram(ffmpegPath ?? 'ffmpeg'),
    locateProgram(ffprobePath ?? 'ffprobe'),
  ]);
  if (ffmpegPath !== undefined && ffmpeg === undefined) throw missing('FFMPEG_PATH', ffmpegPath);
  if (ffprobePath !== undefined && ffprobe === undefined)
    throw missing('FFPROBE_PATH', ffprobePath);
  const isChosen = ffmpegPath !== undefined;
  if (ffmpeg !== undefined && ffprobe !== undefined && (isChosen || (await makesH264(ffmpeg)))) {
    return { ffmpeg, ffprobe };
  }
  const installed = await installFFmpeg(dataDir, say);
  return {
    ffmpeg: (isChosen ? ffmpeg : undefined) ?? installed.ffmpeg,
    ffprobe: (ffprobePath === undefined ? undefined : ffprobe) ?? installed.ffprobe,
  };
}

async function makesH264(ffmpeg: string): Promise<boolean> {
  return (await runProgram(ffmpeg, ['-hide_banner', '-encoders']))?.includes(' libx264 ') ?? false;
}

function missing(setting: string, given: string): NommerError {
  return new NommerError('FFMPEG_MISSING', `${setting} names no program; received ${given}`);
}
