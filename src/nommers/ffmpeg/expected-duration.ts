import type { FFmpegPass, OptionPair } from '../../core/ffmpeg-options.ts';

/** Filters after which time is not what it was. */
const TIME_CHANGING_FILTERS =
  /(?:^|[,;\]])\s*(?:a?setpts|atempo|rubberband|a?trim|a?loop|[at]pad|a?select|a?concat|zoompan|thumbnail|tile|framestep|shuffleframes|minterpolate|a?segment|silenceremove|adelay|asetrate|freezeframes|untile|telecine|pullup|detelecine|fieldmatch|decimate|mpdecimate|separatefields|weave|setrate|acrossfade|xfade|a?reverse|a?settb)(?=$|[@=,;[\s])/;
/** Options of the input that change time, or that make another duration out of the same file. */
const TIME_CHANGING_INPUT = [
  'stream_loop',
  'itsscale',
  'r',
  'framerate',
  'f',
  'loop',
  'sseof',
].concat(['discard', 'skip_frame', 'itsoffset', 'seek_timestamp', 'readrate']);
/** Options of the output after which its length is not known beforehand. */
const TIME_CHANGING_OUTPUT = [
  'frames',
  'vframes',
  'aframes',
  'dframes',
  'fs',
  'shortest',
  'sseof',
].concat(['filter_complex', 'lavfi', 'copyts', 'timelimit', 'timestamp', 'itsoffset', 'target']);
const FILTERS = ['vf', 'af', 'filter'];

/**
 * How long a pass's output gets, in seconds, when its source has `sourceSeconds`: cut by `ss`, `t` and
 * `to` on either side.
 * @returns null when an option makes that unknown: better no figure than a wrong one
 */
export function expectedDuration(sourceSeconds: number | null, pass: FFmpegPass): number | null {
  if (sourceSeconds === null || sourceSeconds <= 0) return null;
  if (pass.infileOptions.some(([name]) => TIME_CHANGING_INPUT.includes(baseOf(name)))) return null;
  if (pass.outfileOptions.some(changesOutput)) return null;
  // Copied streams start and end at key frames only.
  const cuts = [...pass.infileOptions, ...pass.outfileOptions].some(([name]) => name === 'ss');
  if (cuts && pass.outfileOptions.some(([, value]) => value === 'copy')) return null;
  const read = cut(sourceSeconds, pass.infileOptions);
  return read === null ? null : cut(read, pass.outfileOptions);
}

function changesOutput([name, value]: OptionPair): boolean {
  const base = baseOf(name);
  if (FILTERS.includes(base)) return TIME_CHANGING_FILTERS.test(value ?? '');
  return TIME_CHANGING_OUTPUT.includes(base);
}

function baseOf(name: string): string {
  return name.split(':', 1)[0] ?? name;
}

function cut(seconds: number, pairs: readonly OptionPair[]): number | null {
  const valueOf = (wanted: string) => pairs.findLast(([name]) => name === wanted)?.[1] ?? undefined;
  const [start, length, end] = [valueOf('ss'), valueOf('t'), valueOf('to')].map(parseTime);
  if ([start, length, end].includes(null)) return null;
  const from = start ?? 0;
  const left = Math.max(0, seconds - from);
  // FFmpeg ignores `to` next to `t`.
  if (typeof length === 'number') return Math.min(left, length);
  return typeof end === 'number' ? Math.min(left, Math.max(0, end - from)) : left;
}

const CLOCK = /^(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/;
const NUMBER = /^(\d+(?:\.\d*)?|\.\d+)(s|ms|us)?$/;
const UNITS: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6 };

/** FFmpeg's notations of a duration, in seconds. @returns null when it is none of them */
function parseTime(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  const [, hours = '0', minutes, seconds] = CLOCK.exec(text) ?? [];
  if (minutes !== undefined) return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const [, number, unit = 's'] = NUMBER.exec(text) ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit] ?? 1);
}
