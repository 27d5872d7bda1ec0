import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { findContainment } from '../../src/nommers/ffmpeg/containment/find-containment.ts';
import { howEnded } from '../../src/nommers/ffmpeg/containment/how-ended.ts';
import { limitsFrom } from '../../src/nommers/ffmpeg/containment/limits.ts';
import { FFmpegNommer } from '../../src/nommers/ffmpeg/ffmpeg-nommer.ts';
import { containBy, levelsHere, type Level } from './contain-by.ts';
import { CLIP, makeMedia, nomAFile, openDirectory, processesIn } from './nom-a-file.ts';

let clip: string;

beforeAll(async () => {
  clip = await makeMedia(join(await openDirectory(afterAll), 'clip.mp4'), CLIP);
});

afterEach(() => void vi.unstubAllEnvs());

const QUICK = { 'c:v': 'libx264', preset: 'ultrafast', 'c:a': 'aac' };
const ENDLESS = [{ infile_options: { stream_loop: 100_000, re: null }, outfile_options: QUICK }];

/** Whether it is FFmpeg, or contains it; ffprobe waits beside it. */
function encodes(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0-progress\0');
  } catch {
    return false; // ended meanwhile
  }
}

/** Encodes without end, kills the process that is `index`th among those that do so, and tells how it ended. */
async function killed(level: Level, index: number): Promise<{ thrown: unknown; of: number }> {
  const directory = await openDirectory();
  await containBy(level, directory);
  const workDir = join(directory, 'work');
  let of = 0;
  const strike = async () => {
    const pids = (await processesIn(workDir)).filter(encodes);
    if (of > 0) return;
    of = pids.length;
    const pid = pids[index];
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  };
  const nommer = new FFmpegNommer({
    ffmpegPath: 'ffmpeg',
    ffprobePath: 'ffprobe',
    ffmpegStallSeconds: 60,
  });
  const thrown = await nomAFile(clip, ENDLESS, {
    with: nommer,
    workDir,
    onProgress: () => void strike(),
  }).catch((error: unknown) => error);
  expect(await processesIn(workDir)).toEqual([]);
  return { thrown, of };
}

it.each(await levelsHere())(
  'takes FFmpeg for killed whichever process of those that contain it is: %s',
  async (level) => {
    for (let [index, of] = [0, 1]; index < of; index += 1) {
      const end = await killed(level, index);
      of = end.of;
      expect(end.thrown, `process ${index + 1} of ${of}`).toMatchObject({
        code: 'ENCODE_CRASHED',
        retryable: true,
        message: expect.stringContaining('killed by SIGKILL'),
      });
    }
  },
);

it('tells a tool that failed from FFmpeg that failed', async () => {
  const programs = { ffmpeg: '/usr/bin/ffmpeg', ffprobe: '/usr/bin/ffprobe' };
  const containment = await findContainment(programs, limitsFrom({}));
  const end = (lastLine: string, exitCode = 1) => howEnded({ exitCode }, lastLine, containment);
  const told = 'bwrap: Creating new namespace failed: No space left on device';
  expect(end(told)).toEqual({ signalName: null, complaint: told });
  expect(end('[error] bwrap: no such filter')).toEqual({ signalName: null, complaint: null });
  expect(end(told, 0)).toEqual({ signalName: null, complaint: null });
});
