import { NommerError, received } from '../../core/errors.ts';
import type { FFmpegPass } from '../../core/ffmpeg-options.ts';

export interface Output {
  /** Name in the work directory; its extension may tell FFmpeg the container. */
  readonly name: string;
  /** What `f` says. */
  readonly muxer: string | null;
  /** Whether it has a moov atom that can be moved to the front. */
  readonly hasMoovAtom: boolean;
}

const EXTENSION = /^[a-z0-9]{1,10}$/i;
const EXTENSIONS: Readonly<Record<string, string>> = {
  matroska: 'mkv',
  ipod: 'm4a',
  mpegts: 'ts',
  adts: 'aac',
  mjpeg: 'jpg',
  image2: 'jpg',
  image2pipe: 'jpg',
  webvtt: 'vtt',
};
const MOOV_MUXERS = ['mp4', 'mov', 'ipod', '3gp', '3g2', 'psp', 'f4v'];
const MOOV_EXTENSIONS = ['mp4', 'm4v', 'm4a', 'm4b', 'mov', '3gp', '3g2', 'f4v', 'psp', 'ipod'];
/** Extensions for which FFmpeg would write several files, or to elsewhere. */
const PLAYLISTS = ['m3u8', 'mpd', 'ism', 'ismv', 'f4m', 'ffmeta', 'sdp', 'xml'];

/**
 * Names the output and settles its container: by the option `f`, else by the extension of dest_path.
 * @throws NommerError BAD_OPTION
 */
export function chooseOutput(
  last: FFmpegPass,
  extension: string,
  muxers: ReadonlySet<string>,
): Output {
  const muxer = last.outfileOptions.findLast(([name]) => name === 'f')?.[1] ?? null;
  if (muxer !== null && !muxers.has(muxer)) {
    throw bad('this FFmpeg has no such format (option f)', muxer);
  }
  const given = EXTENSION.test(extension) ? extension.toLowerCase() : null;
  if (muxer === null) {
    if (given === null) {
      throw bad(
        'the container is unknown: give the option f, or dest_path an extension',
        extension,
      );
    }
    if (PLAYLISTS.includes(given)) throw bad('a playlist is more than one file', extension);
  }
  const name = `output.${given ?? (muxer === null ? '' : (EXTENSIONS[muxer] ?? muxer))}`;
  const hasMoovAtom =
    muxer === null ? MOOV_EXTENSIONS.includes(given ?? '') : MOOV_MUXERS.includes(muxer);
  return { name, muxer, hasMoovAtom };
}

function bad(why: string, value: string): NommerError {
  return new NommerError(
    'BAD_OPTION',
    `No output can be made: ${why}; received ${received(value)}`,
  );
}
