import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  copyFile,
  mkdir,
  readFile,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FFmpegNommer } from '../../src/nommers/ffmpeg/ffmpeg-nommer.ts';
import { CLIP, makeMedia, nomAFile, onePass, openDirectory, processesIn } from './nom-a-file.ts';

let media: string;
let clip: string;

beforeAll(async () => {
  media = await openDirectory(afterAll);
  clip = await makeMedia(join(media, 'clip.mp4'), CLIP);
});

const QUICK = { 'c:v': 'libx264', preset: 'ultrafast', 'c:a': 'aac' };
/** Never ends by itself: reads its source at the speed of playing, over and over. */
const ENDLESS = [{ infile_options: { stream_loop: 100_000, re: null }, outfile_options: QUICK }];

/** A nommer whose FFmpeg encodes as this shell script says; all else the real one does. */
async function nommerThatEncodesBy(script: string, ffmpegStallSeconds = 60): Promise<FFmpegNommer> {
  const ffmpegPath = join(await openDirectory(), 'ffmpeg');
  await writeFile(
    ffmpegPath,
    `#!/bin/sh\ncase "$*" in *-progress*) ;; *) exec ffmpeg "$@" ;; esac\n${script}\n`,
  );
  await chmod(ffmpegPath, 0o755);
  return new FFmpegNommer({ ffmpegPath, ffprobePath: 'ffprobe', ffmpegStallSeconds });
}

describe('ending FFmpeg', () => {
  it('stops at once and leaves no process when the job is aborted', async () => {
    const workDir = join(await openDirectory(), 'work');
    const abort = new AbortController();
    const reason = new Error('cancelled');
    const encoding = nomAFile(clip, ENDLESS, {
      workDir,
      signal: abort.signal,
      onProgress: () => abort.abort(reason),
    });
    await expect(encoding).rejects.toBe(reason);
    expect(await processesIn(workDir)).toEqual([]);
  });

  it('does not start for a job that is aborted already', async () => {
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(nomAFile(clip, ENDLESS, { signal })).rejects.toThrow('gone');
  });

  it('does not wait for FFmpeg to say what it can do when the job is aborted', async () => {
    const ffmpegPath = join(await openDirectory(), 'ffmpeg');
    await writeFile(ffmpegPath, '#!/bin/sh\nexec sleep 20\n');
    await chmod(ffmpegPath, 0o755);
    const slow = new FFmpegNommer({ ffmpegPath, ffprobePath: 'ffprobe', ffmpegStallSeconds: 60 });
    const abort = new AbortController();
    const encoding = nomAFile(clip, ENDLESS, { with: slow, signal: abort.signal });
    setImmediate(() => abort.abort(new Error('handed over')));
    const asked = Symbol('asked');
    const outcome = await Promise.race([
      encoding.catch((thrown: unknown) => thrown),
      slow.prepare().catch(() => asked),
    ]);
    expect(outcome).toMatchObject({ message: 'handed over' });
  });

  it('dies with a nommerd that is killed', async () => {
    const workDir = join(await openDirectory(), 'work');
    await mkdir(workDir);
    const nommer = pathToFileURL(
      join(import.meta.dirname, '../../src/nommers/ffmpeg/ffmpeg-nommer.ts'),
    );
    const program = `
      import { FFmpegNommer } from ${JSON.stringify(nommer.href)};
      await new FFmpegNommer({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe', ffmpegStallSeconds: 60 }).nom({
        source: ${JSON.stringify(clip)}, workDir: ${JSON.stringify(workDir)}, extension: 'mp4',
        options: ${JSON.stringify(ENDLESS)}, signal: new AbortController().signal,
        onProgress: () => console.log('encoding'), onLog() {}, onTranslated() {},
      });`;
    const parent = spawn(
      process.execPath,
      ['-C', 'media-nommer:source', '--input-type=module', '-e', program],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(parent.stdout, 'data');
    expect(await processesIn(workDir)).not.toEqual([]);
    parent.kill('SIGKILL');
    await vi.waitFor(async () => expect(await processesIn(workDir)).toEqual([]), 10_000);
  });

  it('kills an FFmpeg that makes no progress', async () => {
    const stalling = await nommerThatEncodesBy(
      'echo frame=1; echo progress=continue; exec sleep 600',
      1,
    );
    const workDir = join(await openDirectory(), 'work');
    await expect(nomAFile(clip, onePass(QUICK), { with: stalling, workDir })).rejects.toMatchObject(
      {
        code: 'ENCODE_STALLED',
        retryable: true,
        message: expect.stringContaining('1 s'),
      },
    );
    expect(await processesIn(workDir)).toEqual([]);
  });

  it('kills an FFmpeg that ignores being asked to stop', async () => {
    const deaf = await nommerThatEncodesBy("trap '' TERM; exec sleep 600", 1);
    const workDir = join(await openDirectory(), 'work');
    await expect(nomAFile(clip, onePass(QUICK), { with: deaf, workDir })).rejects.toMatchObject({
      code: 'ENCODE_STALLED',
    });
  });

  it('lets an FFmpeg work that reports nothing for long', async () => {
    const busy = await nommerThatEncodesBy(
      'i=0; while [ $i -lt 5000000 ]; do i=$((i+1)); done; exec ffmpeg "$@"',
      1,
    );
    const { result } = await nomAFile(clip, onePass(QUICK), { with: busy });
    expect(result.outputs[0]?.facts.video?.codec).toBe('h264');
  });

  it('takes an output that still changes for progress', async () => {
    const moving = await nommerThatEncodesBy(
      'for i in 1 2 3 4 5 6 7 8; do echo $i >> output.mp4; sleep 0.5; done; exec ffmpeg "$@"',
      3,
    );
    const { result } = await nomAFile(clip, onePass(QUICK), { with: moving });
    expect(result.outputs[0]?.facts.video?.codec).toBe('h264');
  });

  it.each([
    ['killed by a signal', 'kill -SEGV $$'],
    ['stopped from outside', 'echo "[info] Exiting normally, received signal 15." >&2; exit 255'],
  ])('says that another try may help when FFmpeg was %s', async (_what, script) => {
    const crashing = await nommerThatEncodesBy(script);
    await expect(nomAFile(clip, onePass(QUICK), { with: crashing })).rejects.toMatchObject({
      code: 'ENCODE_CRASHED',
      retryable: true,
    });
  });
});

describe('outputs that FFmpeg takes for good', () => {
  it('finds the disk full although FFmpeg exits with 0', async () => {
    const workDir = join(await openDirectory(), 'work');
    await mkdir(workDir);
    await symlink('/dev/full', join(workDir, 'output.ts'));
    const given = { workDir, extension: 'ts' };
    await expect(nomAFile(clip, onePass(QUICK), given)).rejects.toMatchObject({
      code: 'DISK_FULL',
      retryable: true,
    });
  });

  it('finds the source cut off although FFmpeg exits with 0', async () => {
    const whole = await makeMedia(join(media, 'whole.mp4'), [
      ...['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=10', '-c:v', 'libx264'],
      ...['-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-movflags', '+faststart'],
    ]);
    const cut = join(media, 'cut.mp4');
    await copyFile(whole, cut);
    await truncate(cut, Math.floor((await stat(whole)).size / 2));
    await expect(nomAFile(cut, onePass({ 'c:v': 'libx264' }))).rejects.toMatchObject({
      code: 'OUTPUT_INCOMPLETE',
      message: expect.stringMatching(/10\.0 s were expected/),
    });
  });
});

describe('sources that are damaged in part', () => {
  it('finds the video damaged although the audio is whole', async () => {
    const whole = await makeMedia(join(media, 'both.mp4'), [
      ...['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=10', '-f', 'lavfi', '-i', 'sine=d=10'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
    ]);
    const noise = ['-c', 'copy', '-bsf:v', 'noise=amount=gt(n\\,100)'];
    const damaged = await makeMedia(join(media, 'damaged.mp4'), ['-i', whole, ...noise]);
    const encoding = nomAFile(damaged, onePass(QUICK));
    await expect(encoding).rejects.toMatchObject({
      code: 'OUTPUT_INCOMPLETE',
      message: expect.stringMatching(/video is .* 10\.0 s were expected/),
    });
  });
});

describe('starting FFmpeg', () => {
  it.each(['ffmpegPath', 'ffprobePath'] as const)('names the %s that is not there', async (key) => {
    const programs = { ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe', [key]: '/nowhere/ffthing' };
    const missing = new FFmpegNommer({ ...programs, ffmpegStallSeconds: 60 });
    await expect(missing.prepare()).rejects.toMatchObject({
      code: 'FFMPEG_MISSING',
      message: expect.stringContaining('/nowhere/ffthing'),
    });
  });

  it('finds an FFmpeg that was installed after the first job failed', async () => {
    const ffmpegPath = join(await openDirectory(), 'ffmpeg');
    const nommer = new FFmpegNommer({ ffmpegPath, ffprobePath: 'ffprobe', ffmpegStallSeconds: 60 });
    await expect(nommer.prepare()).rejects.toMatchObject({ code: 'FFMPEG_MISSING' });
    await writeFile(ffmpegPath, '#!/bin/sh\nexec ffmpeg "$@"\n');
    await chmod(ffmpegPath, 0o755);
    expect((await nommer.prepare()).encoders).toContain('libx264');
  });

  it('takes an FFmpeg that somebody killed for killed, not for missing', async () => {
    const ffmpegPath = join(await openDirectory(), 'ffmpeg');
    await writeFile(ffmpegPath, '#!/bin/sh\nkill -9 $$\n');
    await chmod(ffmpegPath, 0o755);
    const nommer = new FFmpegNommer({ ffmpegPath, ffprobePath: 'ffprobe', ffmpegStallSeconds: 60 });
    await expect(nommer.prepare()).rejects.toMatchObject({
      code: 'ENCODE_CRASHED',
      retryable: true,
      message: expect.stringContaining('SIGKILL'),
    });
  });

  it('asks FFmpeg what it can do once for many jobs', async () => {
    const directory = await openDirectory();
    const ffmpegPath = join(directory, 'ffmpeg');
    await writeFile(ffmpegPath, `#!/bin/sh\necho x >> '${directory}/calls'\nexec ffmpeg "$@"\n`);
    await chmod(ffmpegPath, 0o755);
    const calls = async () => (await readFile(join(directory, 'calls'), 'utf8')).length;
    const nommer = new FFmpegNommer({ ffmpegPath, ffprobePath: 'ffprobe', ffmpegStallSeconds: 60 });
    await Promise.all([nommer.prepare(), nommer.prepare()]);
    const asked = await calls();
    await nommer.prepare();
    expect(await calls()).toBe(asked);
    expect(asked / 'x\n'.length).toBe(4);
  });

  it('gives FFmpeg nothing of this process’s environment', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'canary');
    try {
      const telling = await nommerThatEncodesBy('env > environment; exec ffmpeg "$@"');
      const { workDir } = await nomAFile(clip, onePass(QUICK), { with: telling });
      const environment = await readFile(join(workDir, 'environment'), 'utf8');
      expect(environment).toContain('PATH=');
      expect(environment).not.toMatch(/canary|HOME=|NODE/);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
