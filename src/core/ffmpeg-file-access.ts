import { readFilterGraph, splitParameters, type FilterUse } from './ffmpeg-filter-graph.ts';
import { PICTURE_MUXERS, SINGLE_FILE_MUXERS, SOURCE_FORMATS } from './ffmpeg-formats.ts';
import {
  FILE_PARAMETERS,
  HARMLESS_FILTERS,
  HARMLESS_PACKET_FILTERS,
} from './ffmpeg-harmless-filters.ts';

/**
 * Parameters inside `x264-params` and its like that name a file, by what such names are made of: encoders
 * that nobody here knows call theirs alike. A number is none.
 */
const ENCODER_FILES =
  /(?:^|:)\s*(?:input|output|[a-z0-9-]{0,40}(?:stat|file|csv|yuv|recon|scaling-list|analysis-|dhdr10|rpu|table|film-grain|config|cfg|roi|path|pass-(?:in|out))[a-z0-9-]{0,40})\s*=(?!\s*-?\d+(?:\.\d+)?\s*(?::|$))/i;

/** What they read can name further files. */
const DOCUMENT_DECODERS = new Set(['librsvg', 'svg']);
const DECODER_OPTIONS = new Set(['c', 'codec', 'vcodec']);

/** The C library loads a library of its own for most, by their names. Those that subtitles come in: */
const CHARACTER_SETS =
  /^(?:us-)?ascii$|^latin-?\d{1,2}$|^(?:utf-?(?:8|16|32)|ucs-?[24])(?:le|be)?$|^iso[-_]?8859-\d{1,2}$|^(?:cp|ibm|windows-?)\d{3,5}$|^koi8-[rtu]$|^macintosh$|^gb(?:k|2312|18030)$|^big-?5(?:-hkscs)?$|^(?:shift[-_]?|s)jis$|^euc-?(?:jp|kr|cn|tw)$|^(?:tis-?620|viscii|tcvn)$/i;

const FILTER_OPTIONS = new Set(['vf', 'af', 'filter', 'filter_complex', 'lavfi']);
const ENCODER_OPTIONS = /^[vas]?(?:x264opts|[a-z0-9]+[-_](?:params|opts))$/;
/** Text that opens nothing, whatever it says, and formulas. */
const FREE_TEXT = new Set(['metadata', 'program', 'force_key_frames', 'rc_eq']);
const PACKET_FILTER_OPTIONS = new Set(['bsf', 'vbsf', 'absf']);
/** A slash that does not divide two numbers. */
const PATH = /(?<!\d)\/|\/(?!\d)/;

/**
 * What in an option's value would make FFmpeg open a file, a URL or a device of its own choice.
 * @param side whose option it is
 * @returns what it is and why, in a person's words, or undefined when it opens nothing
 */
export function findFileAccess(
  base: string,
  value: string,
  side: 'input' | 'output',
): string | undefined {
  if (base === 'f') return side === 'input' ? findInDemuxer(value) : findInMuxer(value);
  if (base === 'hwaccel' && value !== 'none')
    return `the hardware "${value}", which opens a device`;
  if (side === 'input' && DECODER_OPTIONS.has(base) && DOCUMENT_DECODERS.has(value))
    return `the decoder "${value}", which reads documents that can name other files`;
  if (base === 'sub_charenc' && !CHARACTER_SETS.test(value))
    return `the character set "${value}", which is not known as one of subtitles`;
  if (FILTER_OPTIONS.has(base)) return findInFilters(value);
  if (ENCODER_OPTIONS.test(base) && namesEncoderFile(value)) {
    return "a file parameter, which reaches outside the job's own files";
  }
  if (PACKET_FILTER_OPTIONS.has(base)) return findInPacketFilters(value);
  if (PATH.test(value) && !FREE_TEXT.has(base)) return `a path in the value of "${base}"`;
  return undefined;
}

// FFmpeg compares the names of formats without regard to case.
function findInMuxer(value: string): string | undefined {
  const name = value.toLowerCase();
  if (SINGLE_FILE_MUXERS.has(name) || PICTURE_MUXERS.has(name)) return undefined;
  return `the format "${value}", which is not known to make one file and nothing else`;
}

function findInDemuxer(value: string): string | undefined {
  if (SOURCE_FORMATS.includes(value.toLowerCase())) return undefined;
  return `the format "${value}" for its source, which is not known to read one file only`;
}

function findInFilters(graph: string): string | undefined {
  const filters = readFilterGraph(graph);
  if (filters === undefined) return 'filters that cannot be told apart';
  return filters.map(findInFilter).find((found) => found !== undefined);
}

/** As FFmpeg hands them to encoders, of which some take `_` for `-`. */
function namesEncoderFile(parameters: string): boolean {
  const each = splitParameters(parameters, ':').map((one) => one.replaceAll('_', '-'));
  return [parameters, ...each].some((one) => ENCODER_FILES.test(one));
}

function findInPacketFilters(list: string): string | undefined {
  const names = splitParameters(list, ',').map((one) => one.split('=', 1)[0] ?? '');
  const unknown = names.find((name) => !HARMLESS_PACKET_FILTERS.has(name));
  return unknown === undefined
    ? undefined
    : `the bitstream filter "${unknown}", which is not known to be harmless`;
}

function findInFilter({ name, parameters }: FilterUse): string | undefined {
  if (!HARMLESS_FILTERS.has(name)) return `the filter "${name}", which is not known to be harmless`;
  const given = splitParameters(parameters, ':');
  const names = given.flatMap((one) => /^\s*([\w./-]+)\s*=/.exec(one)?.[1] ?? []);
  // Since FFmpeg 7, a slash in front of a name reads the value from a file.
  const file = names.find(
    (one) => one.startsWith('/') || FILE_PARAMETERS.get(name)?.named.includes(one),
  );
  if (file !== undefined) return `the filter "${name}" with ${file}, which opens files`;
  const unnamed = given.length - names.length;
  if (unnamed <= (FILE_PARAMETERS.get(name)?.unnamed ?? Infinity)) return undefined;
  return `the filter "${name}" with parameters that have no name: one of them opens files`;
}
