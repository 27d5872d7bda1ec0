/** The nommer that a job gets when it names none. */
export const FFMPEG_NOMMER = 'FFmpegNommer';

/** Names under which clients of 2012 know today's nommers. */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ['media_nommer.ec2nommerd.nommers.ffmpeg.FFmpegNommer', FFMPEG_NOMMER],
]);

/** The name a nommer is registered under today; a name that is not an old one stays as it is. */
export function canonicalNommerName(name: string): string {
  return OLD_NAMES.get(name) ?? name;
}
