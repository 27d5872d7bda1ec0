import type { Settings } from '../../conf/settings.ts';
import { isWeaker } from '../../core/containment-levels.ts';
import { findContainment } from '../../nommers/ffmpeg/containment/find-containment.ts';
import { limitsFrom } from '../../nommers/ffmpeg/containment/limits.ts';
import { locateProgram } from '../run-program.ts';
import type { Check } from './check.ts';

const INSTALL =
  'apt-get install bubblewrap, and let nommerd run as a user of its own that may make user namespaces: ' +
  'see docs/security.md.';

/** What keeps FFmpeg, which reads hostile media, from the rest of a node. Nothing where it is missing. */
export async function checkContainment(settings: Settings): Promise<readonly Check[]> {
  const [ffmpeg, ffprobe] = await Promise.all([
    locateProgram(settings.ffmpegPath ?? 'ffmpeg'),
    locateProgram(settings.ffprobePath ?? 'ffprobe'),
  ]);
  if (ffmpeg === undefined || ffprobe === undefined) return [];
  const { level, lacking } = await findContainment({ ffmpeg, ffprobe }, limitsFrom(settings));
  const name = 'sandbox';
  const found = [level, ...lacking].join('; ');
  if (isWeaker(level, settings.ffmpegContainment)) {
    const advice = `FFMPEG_CONTAINMENT wants ${settings.ffmpegContainment}: ${INSTALL}`;
    return [{ name, verdict: 'problem', found, advice }];
  }
  if (lacking.length === 0) return [{ name, verdict: 'ok', found }];
  return [{ name, verdict: 'warning', found, advice: INSTALL }];
}
