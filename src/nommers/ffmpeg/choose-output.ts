import { NommerError, received } from '../../core/errors.ts';
import { extensionOfMuxer, PICTURE_MUXERS } from '../../core/ffmpeg-formats.ts';
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
const MOOV_MUXERS = ['mp4', 'mov', 'ipod', '3gp', '3g2', 'psp', 'f4v'];
const MOOV_EXTENSIONS = ['mp4', 'm4v', 'm4a', 'm4b', 'mov', '3gp', '3g2', 'f4v', 'psp', 'ipod'];
/** Extensions for which FFmpeg would write several files, or to elsewhere. */
const PLAYLISTS = ['m3u8', 'mpd', 'ism', 'ismv', 'f4m', 'ffmeta', 'sdp', 'xml', 'chk'];

/**
 * Names the output and settles its container: by the option `f`, else by the extension of dest_path.
 * @throws NommerError BAD_OPTION
 */
export function chooseOutput(
  last: FFmpegPass,
  extension: string,
  muxers: ReadonlySet<string>,
): Output {
  const muxer = muxerOf(last, muxers);
  if (muxer === 'null') throw bad('the format of the last pass makes no file (option f)', muxer);
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
  const name = `output.${given ?? (muxer === null ? '' : extensionOfMuxer(muxer))}`;
  const hasMoovAtom =
    muxer === null ? MOOV_EXTENSIONS.includes(given ?? '') : MOOV_MUXERS.includes(muxer);
  return { name, muxer, hasMoovAtom };
}

/**
 * Refuses what a pass that makes no output may not write to nowhere.
 * @throws NommerError BAD_OPTION
 */
export function checkAnalysis(pass: FFmpegPass, muxers: ReadonlySet<string>): void {
  const muxer = muxerOf(pass, muxers);
  if (muxer === null || !PICTURE_MUXERS.has(muxer)) return;
  throw bad('a pass before the last one has a format for files with numbers (option f)', muxer);
}

function muxerOf({ outfileOptions }: FFmpegPass, muxers: ReadonlySet<string>): string | null {
  const given = outfileOptions.findLast(([name]) => name === 'f')?.[1] ?? null;
  const muxer = given?.toLowerCase() ?? null;
  if (muxer === null || muxers.has(muxer) || muxer === 'null') return muxer;
  throw bad('this FFmpeg has no such format (option f)', given ?? '');
}

function bad(why: string, value: string): NommerError {
  return new NommerError(
    'BAD_OPTION',
    `No output can be made: ${why}; received ${received(value)}`,
  );
}
