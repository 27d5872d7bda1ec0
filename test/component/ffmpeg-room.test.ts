import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FFmpegNommer } from '../../src/nommers/ffmpeg/ffmpeg-nommer.ts';
import { CLIP, makeMedia, nomAFile, onePass, openDirectory, processesIn } from './nom-a-file.ts';

const MIB = 2 ** 20;
const QUICK = { 'c:v': 'libx264', preset: 'ultrafast', 'c:a': 'aac' };
const LIMIT = {
  code: 'ENCODE_LIMIT',
  retryable: false,
  message: expect.stringMatching(/10485760 bytes that FFMPEG_MAX_OUTPUT_BYTES allows/) as string,
};
/** Raw video of 3 s: 4 MB a second. */
const RAW = '-f lavfi -i testsrc2=s=320x180:r=25:d=3 -c:v rawvideo -pix_fmt rgb24';

let clip: string;
let nommer: FFmpegNommer;
let workDir: string;

/** With an FFmpeg that was taken over: it does what `does` says before it encodes. It may write 10 MiB. */
beforeAll(async () => {
  const media = await openDirectory(afterAll);
  clip = await makeMedia(join(media, 'clip.mp4'), CLIP);
  await chmod(media, 0o755);
  const ffmpegPath = join(media, 'ffmpeg');
  await writeFile(ffmpegPath, '#!/bin/bash\n[ ! -e does ] || . ./does\nexec ffmpeg "$@"\n');
  await chmod(ffmpegPath, 0o755);
  nommer = new FFmpegNommer({
    ffmpegPath,
    ffprobePath: 'ffprobe',
    ffmpegStallSeconds: 60,
    ffmpegMaxOutputBytes: 10 * MIB,
  });
}, 60_000);
beforeEach(async () => {
  workDir = join(await openDirectory(), 'work');
});

async function encode(does: string) {
  await mkdir(workDir);
  await writeFile(join(workDir, 'does'), does);
  return nomAFile(clip, onePass(QUICK), { with: nommer, workDir });
}

describe('what all files of an FFmpeg may take together', { timeout: 60_000 }, () => {
  it.each([
    [
      'several outputs, each of them within the limit',
      `ffmpeg -v error -nostdin ${RAW} -fs 6M a.nut ${RAW.slice(RAW.indexOf('-c:v'))} -fs 6M b.nut`,
    ],
    ['segments', `ffmpeg -v error -nostdin ${RAW} -f segment -segment_time 0.2 out%d.nut`],
    [
      'files that hide in folders',
      'mkdir -p a/b/c; for i in 1 2 3; do head -c 6M /dev/zero > a/b/c/$i; done',
    ],
  ])('ends %s, and all that goes on', async (_what, does) => {
    await expect(encode(`${does}; sleep 600`)).rejects.toMatchObject(LIMIT);
    await vi.waitFor(async () => expect(await processesIn(workDir)).toEqual([]), 10_000);
  });

  it('is looked at once more at the end', async () => {
    const does = 'for i in 1 2 3; do head -c 6M /dev/zero > $i; done';
    await expect(encode(does)).rejects.toMatchObject(LIMIT);
  });

  it('counts files as well', async () => {
    const does = 'mkdir many; (cd many; touch $(seq 1100)); sleep 600';
    await expect(encode(does)).rejects.toMatchObject({
      code: 'ENCODE_LIMIT',
      retryable: false,
      message: expect.stringMatching(/more than the 1000 files that a job may have/),
    });
  });

  it('does not count what sparse files have not', async () => {
    const { result } = await encode('for i in 1 2 3; do truncate -s 9M $i; done');
    expect(result.outputs[0]?.facts.video?.codec).toBe('h264');
  });
});
