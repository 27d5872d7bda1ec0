import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseFFmpegOptions } from '../../src/core/ffmpeg-options.ts';
import type { JsonValue } from '../../src/core/json.ts';

const run = promisify(execFile);

/** What one encode took. */
export interface Taken {
  /** Of all processors, in the program and in the system. */
  readonly processorSeconds: number;
  readonly seconds: number;
  readonly outputBytes: number;
}

/** Encodes `source` as FFmpegNommer would with these options, and has FFmpeg itself tell what it took. */
export async function measurePreset(source: string, options: JsonValue): Promise<Taken> {
  const dir = await mkdtemp(join(source, '../preset-'));
  try {
    const passes = parseFFmpegOptions(options);
    let processorSeconds = 0;
    let seconds = 0;
    for (const [index, { outfileOptions, moveAtomToFront }] of passes.entries()) {
      const isLast = index === passes.length - 1;
      const args = [
        ...['-nostdin', '-v', 'info', '-nostats', '-benchmark', '-y', '-i', source],
        ...outfileOptions.flatMap(([name, value]) => [
          `-${name}`,
          ...(value === null ? [] : [value]),
        ]),
        ...(moveAtomToFront ? ['-movflags', '+faststart'] : []),
        isLast ? 'output' : '/dev/null',
      ];
      const { stderr } = await run('ffmpeg', args, { cwd: dir, maxBuffer: 1 << 24 });
      const [, user, system, real] =
        /bench: utime=([\d.]+)s stime=([\d.]+)s rtime=([\d.]+)s/.exec(stderr) ?? [];
      processorSeconds += Number(user) + Number(system);
      seconds += Number(real);
    }
    return { processorSeconds, seconds, outputBytes: (await stat(join(dir, 'output'))).size };
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** The reference clip: pictures that give an encoder something to do, and sound, from FFmpeg's own sources. */
export async function makeReferenceClip(file: string, seconds: number): Promise<void> {
  const pictures = 'mandelbrot=size=1920x1080:rate=30,noise=alls=6:allf=t';
  await run('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-y', '-f', 'lavfi', '-i', pictures],
    ...['-f', 'lavfi', '-i', 'anoisesrc=color=pink:amplitude=0.2', '-t', String(seconds)],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac', '-b:a', '192k', '-ac', '2', file],
  ]);
}
