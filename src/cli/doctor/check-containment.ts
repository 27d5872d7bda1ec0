import type { Settings } from '../../conf/settings.ts';
import { isWeaker, type ContainmentLevel } from '../../core/containment-levels.ts';
import { findContainment } from '../../nommers/ffmpeg/containment/find-containment.ts';
import { limitsFrom } from '../../nommers/ffmpeg/containment/limits.ts';
import { locateProgram } from '../run-program.ts';
import type { Check } from './check.ts';

const MORE = 'docs/security.md tells more.';

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
  const todo = await whatToDo(level);
  if (isWeaker(level, settings.ffmpegContainment)) {
    const advice = `FFMPEG_CONTAINMENT wants ${settings.ffmpegContainment}. ${todo}`;
    return [{ name, verdict: 'problem', found, advice }];
  }
  if (lacking.length === 0) return [{ name, verdict: 'ok', found }];
  return [{ name, verdict: 'warning', found, advice: todo }];
}

/** What would contain FFmpeg better, of all that this machine does not have yet. */
async function whatToDo(level: ContainmentLevel): Promise<string> {
  const [bwrap, setpriv, prlimit] = await Promise.all(
    ['bwrap', 'setpriv', 'prlimit'].map(locateProgram),
  );
  const isBest = level === 'bubblewrap';
  const steps = [
    ...(isBest || bwrap !== undefined ? [] : ['Install bubblewrap (apt-get install bubblewrap).']),
    ...(isBest || bwrap === undefined ? [] : ['Allow bubblewrap to make user namespaces.']),
    ...(setpriv !== undefined && prlimit !== undefined
      ? []
      : ['Install util-linux (setpriv, prlimit).']),
    ...(process.getuid?.() === 0 ? ['Run nommerd as a user of its own, not as root.'] : []),
  ];
  return [...steps, MORE].join(' ');
}
