import { execa } from 'execa';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Progress } from '../../src/core/job.ts';
import type { JsonValue } from '../../src/core/json.ts';
import type { NomRequest } from '../../src/core/nommer.ts';
import type { FFmpegResult } from '../../src/nommers/ffmpeg/encode.ts';
import { FFmpegNommer } from '../../src/nommers/ffmpeg/ffmpeg-nommer.ts';

/** With the FFmpeg of this machine. */
export const nommer = new FFmpegNommer({
  ffmpegPath: 'ffmpeg',
  ffprobePath: 'ffprobe',
  ffmpegStallSeconds: 60,
});

/** A directory that is gone after the test, or the file of tests, that asked for it. */
export async function openDirectory(onEnd: typeof onTestFinished = onTestFinished) {
  const path = await mkdtemp(join(tmpdir(), 'media-nommer-ffmpeg-'));
  onEnd(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Makes media of FFmpeg's own sources; `args` is all between the program and the file. */
export async function makeMedia(file: string, args: readonly string[]): Promise<string> {
  await execa('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args, file]);
  return file;
}

/** Two seconds of 320×180 at 25 frames a second, with a tone. */
export const CLIP = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=2'].concat(
  ['-f', 'lavfi', '-i', 'sine=d=2'],
  ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
);

export interface Nommed {
  readonly result: FFmpegResult;
  readonly workDir: string;
  readonly progress: readonly Progress[];
  readonly log: readonly string[];
  readonly translated: readonly string[];
}

/** Runs one job's encoding in a directory of its own. */
export async function nomAFile(
  source: string,
  options: JsonValue,
  given: Partial<NomRequest> & { readonly with?: FFmpegNommer } = {},
): Promise<Nommed> {
  const workDir = given.workDir ?? join(await openDirectory(), 'work');
  await mkdir(workDir, { recursive: true });
  const [progress, log, translated]: [Progress[], string[], string[]] = [[], [], []];
  const result = await (given.with ?? nommer).nom({
    source,
    options,
    extension: 'mp4',
    signal: new AbortController().signal,
    onProgress: (one) => progress.push(one),
    onLog: (line) => log.push(line),
    onTranslated: (change) => translated.push(change),
    ...given,
    workDir,
  });
  return { result, workDir, progress, log, translated };
}

/** One pass with these options of the output. */
export function onePass(outfile: JsonValue): JsonValue {
  return [{ outfile_options: outfile }];
}

/** Types of the atoms at the top of an MP4 file, in their order. */
export async function topLevelAtoms(file: string): Promise<readonly string[]> {
  const bytes = await readFile(file);
  const atoms: string[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32BE(at);
    atoms.push(bytes.toString('latin1', at + 4, at + 8));
    // 1 = the size follows in 64 bits, 0 = up to the end.
    if (size === 0) break;
    at += size === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : size;
  }
  return atoms;
}

/** Whether FFmpeg decodes the file from start to end without a complaint. */
export async function complaintsOnPlaying(file: string): Promise<string> {
  const { stderr } = await execa('ffmpeg', [
    '-v',
    'error',
    '-nostdin',
    '-i',
    file,
    '-f',
    'null',
    '-',
  ]);
  return stderr;
}

/** Ids of processes whose working directory is `directory`. */
export async function processesIn(directory: string): Promise<readonly number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    // One that ends meanwhile has no link any more.
    ids.map((id) =>
      readlink(`/proc/${id}/cwd`).then(
        (cwd) => cwd === directory,
        () => false,
      ),
    ),
  );
  return ids.filter((_id, index) => found[index]).map(Number);
}
