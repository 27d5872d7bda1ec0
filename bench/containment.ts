import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { CHILD_ENVIRONMENT } from '../src/nommers/ffmpeg/containment/containment.ts';
import { findContainment } from '../src/nommers/ffmpeg/containment/find-containment.ts';
import { limitsFrom } from '../src/nommers/ffmpeg/containment/limits.ts';
import { findProgram } from '../src/nommers/ffmpeg/find-program.ts';
import { inTurn, median, type Figure } from './figure.ts';

/** What it takes to start FFmpeg contained, besides starting it: by the best means of this machine. */
export const containment: Figure = {
  id: 'CONTAINMENT',
  title: 'one start of ffprobe, contained',
  async measure() {
    const workDir = await mkdtemp(join(tmpdir(), 'media-nommer-bench-'));
    try {
      const ffmpeg = (await findProgram('ffmpeg')) ?? 'ffmpeg';
      const ffprobe = (await findProgram('ffprobe')) ?? 'ffprobe';
      const found = await findContainment({ ffmpeg, ffprobe }, limitsFrom({}));
      const args = ['-version'];
      const took = async ([program, words]: readonly [string, readonly string[]]) => {
        const started = performance.now();
        await execa(program, words, { cwd: workDir, env: CHILD_ENVIRONMENT, extendEnv: false });
        return performance.now() - started;
      };
      const samples = await inTurn(
        50,
        () => took([ffprobe, args]),
        () => took(found.wrap({ program: ffprobe, args, workDir, sources: [] })),
      );
      const added = median(samples.b) - median(samples.a);
      return {
        unit: 'ms',
        anchor: { name: 'bare', samples: samples.a },
        ours: { name: found.level, samples: samples.b },
        result: { text: `+ ${added.toFixed(1)} ms`, value: added },
        reach: '< 30 ms',
      };
    } finally {
      await rm(workDir, { recursive: true });
    }
  },
};
