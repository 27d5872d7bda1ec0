import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NommerError } from '../../core/errors.ts';
import { runProgram } from '../run-program.ts';

const SECONDS = 10;
const SAMPLE_MS = 120_000;

/**
 * Makes the clip that the demo encodes when none is given: moving test pictures and a tone with beeps,
 * as large as a camera would make them. Kept for the next time.
 * @throws NommerError ENCODE_FAILED
 */
export async function makeSample(file: string, ffmpeg: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await mkdir(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}.part`;
  try {
    const made = await runProgram(ffmpeg, sampleArguments(unfinished), SAMPLE_MS);
    if (made === undefined) {
      throw new NommerError(
        'ENCODE_FAILED',
        `FFmpeg could not make the sample clip; ran ${ffmpeg}`,
      );
    }
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
}

function sampleArguments(file: string): readonly string[] {
  const pictures = `testsrc2=size=1280x720:rate=30:duration=${SECONDS}`;
  const tone = `sine=frequency=220:beep_factor=4:sample_rate=48000:duration=${SECONDS}`;
  return ['-v', 'error', '-nostdin', '-y']
    .concat(['-f', 'lavfi', '-i', pictures, '-f', 'lavfi', '-i', tone])
    .concat(['-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p'])
    .concat(['-c:a', 'pcm_s16le', '-ac', '2', '-f', 'mov', file]);
}
