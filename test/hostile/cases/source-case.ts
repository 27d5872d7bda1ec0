import type { Ground } from '../ground.ts';
import { failed, type HostileCase, type Submission, type Told } from '../hostile-case.ts';

export const NO_MEDIA = failed('SOURCE_NOT_MEDIA', /FFmpeg finds no media in the source/);
const ENCODED = {
  'c:v': 'libx264',
  preset: 'ultrafast',
  threads: 1,
  'c:a': 'aac',
  pix_fmt: 'yuv420p',
};

type Content = (ground: Ground) => Uint8Array | string | Promise<Uint8Array | string>;

export function bytes(
  [file, name]: readonly [file: string, name: string],
  tries: string,
  content: Content,
  told: Told,
  more: Submission = {},
): HostileCase {
  const make = async (ground: Ground) => ({
    source_path: await ground.write(file, await content(ground)),
    outfile: ENCODED,
    ...more,
  });
  return { name, tries, make, told };
}

export function made(
  [file, name]: readonly [file: string, name: string],
  tries: string,
  args: string,
  told: Told,
): HostileCase {
  const make = async (ground: Ground) => ({
    source_path: await ground.ffmpeg(file, args.split(' ')),
    outfile: ENCODED,
  });
  return { name, tries, make, told };
}

/** The clip as Matroska. */
export async function matroska(ground: Ground, name: string): Promise<Buffer> {
  const file = `${name}.in.mkv`;
  await ground.ffmpeg(file, ['-i', ground.path('clip.mp4'), '-c', 'copy']);
  return ground.read(file);
}
