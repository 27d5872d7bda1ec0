import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { CHILD_ENVIRONMENT } from '../src/nommers/ffmpeg/containment/containment.ts';
import { findContainment } from '../src/nommers/ffmpeg/containment/find-containment.ts';
import { limitsFrom } from '../src/nommers/ffmpeg/containment/limits.ts';
import { findProgram } from '../src/nommers/ffmpeg/find-program.ts';
import { inTurn, median, ratio, type Figure, type Measurement } from './figure.ts';

/** Media seconds of the encode; as they are made while it encodes, no source has to be read. */
const ENCODED_SECONDS = 60;

/** What it takes to have FFmpeg contained, by the best means of this machine: at its start, and in a whole encode. */
export const containment: Figure = {
  id: 'CONTAINMENT',
  title: 'FFmpeg, contained',
  async measure({ quick }) {
    const workDir = await mkdtemp(join(tmpdir(), 'media-nommer-bench-'));
    try {
      const ffmpeg = (await findProgram('ffmpeg')) ?? 'ffmpeg';
      const ffprobe = (await findProgram('ffprobe')) ?? 'ffprobe';
      const found = await findContainment({ ffmpeg, ffprobe }, limitsFrom({}));
      const took = async ([program, words]: readonly [string, readonly string[]]) => {
        const started = performance.now();
        await execa(program, words, { cwd: workDir, env: CHILD_ENVIRONMENT, extendEnv: false });
        return performance.now() - started;
      };
      const compare = async (rounds: number, program: string, args: readonly string[]) => {
        const contained = found.wrap({ program, args, workDir, sources: [] });
        const samples = await inTurn(
          rounds,
          () => took([program, args]),
          () => took(contained),
        );
        const anchor = { name: 'bare', samples: samples.a };
        return { unit: 'ms', anchor, ours: { name: found.level, samples: samples.b } };
      };

      const start = await compare(quick ? 3 : 50, ffprobe, ['-version']);
      const added = median(start.ours.samples) - median(start.anchor.samples);
      const encode = await compare(quick ? 1 : 5, ffmpeg, encodeArgs(quick ? 1 : ENCODED_SECONDS));
      return [
        {
          ...start,
          what: 'one start of ffprobe',
          result: { text: `+ ${added.toFixed(1)} ms`, value: added },
          reach: '< 30 ms',
          bound: { most: 30 },
        },
        {
          ...encode,
          what: 'an encode, H.264 of 720p by two threads',
          result: ratio(encode.ours, encode.anchor),
          reach: '≤ 1.01',
          bound: { most: 1.01 },
        },
      ] satisfies readonly Measurement[];
    } finally {
      await rm(workDir, { recursive: true });
    }
  },
};

function encodeArgs(seconds: number): readonly string[] {
  return [
    ...['-nostdin', '-v', 'error', '-y', '-f', 'lavfi'],
    ...['-i', `testsrc2=size=1280x720:rate=25:duration=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'fast', '-threads', '2', 'out.mp4'],
  ];
}
