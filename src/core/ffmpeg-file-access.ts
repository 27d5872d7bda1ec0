/**
 * What in a job's options would make FFmpeg open a file, a URL or a device of its own choice. Kept as
 * data, from FFmpeg's documentation of filters, muxers and encoders up to 9.0.
 */

/** Muxers that write to several files, to the network or to a device. */
const MUXERS = new Set(
  ['tee', 'fifo', 'hls', 'dash', 'hds', 'smoothstreaming', 'segment', 'stream_segment'].concat(
    ['ssegment', 'webm_chunk', 'webm_dash_manifest', 'rtp', 'rtp_mpegts', 'rtsp', 'sap', 'whip'],
    ['alsa', 'audiotoolbox', 'caca', 'decklink', 'fbdev', 'opengl', 'oss', 'pulse', 'sdl'],
    ['sdl2', 'sndio', 'v4l2', 'video4linux2', 'xv', 'ffmetadata'],
  ),
);

/** Filters that read or write a file in every use. */
const FILTERS = new Set(
  ['movie', 'amovie', 'subtitles', 'ass', 'lut3d', 'lut1d', 'zmq', 'azmq', 'sendcmd'].concat(
    ['asendcmd', 'frei0r', 'frei0r_src', 'ladspa', 'lv2', 'signature', 'removelogo', 'cover_rect'],
    ['find_rect', 'vidstabdetect', 'vidstabtransform', 'sofalizer', 'arnndn', 'flite', 'nnedi'],
    ['program_opencl', 'openclsrc', 'lensfun', 'ocr', 'asr', 'whisper', 'libvmaf', 'sr', 'derain'],
    ['dnn_processing', 'dnn_detect', 'dnn_classify'],
  ),
);

/** Parameters of other filters that name a file. */
const FILTER_FILES =
  /[=:]\s*(?:\/\w+|textfile|fontfile|psfile|plot|file|filename|stats_file|f|dumpfile|custom_shader_path)\s*=/i;

/** Parameters inside `x264-params` and its like that name a file. */
const ENCODER_FILES =
  /(?:^|:)\s*(?:stats?|qpfile|cqmfile|tcfile-(?:in|out)|dump-yuv|csv|recon|lambda-file|zonefile|scaling-list|analysis-(?:save|load|reuse-file)|dhdr10-info|dolby-vision-rpu|fgs-table|film-grain(?:-table)?|two-pass-(?:input|output))\s*=\s*[^\d\s]/i;

const FILTER_OPTIONS = new Set(['vf', 'af', 'filter', 'filter_complex', 'lavfi']);
const ENCODER_OPTIONS = /^(?:x264opts|[a-z0-9]+[-_](?:params|opts))$/;

/** @returns what the option would open, in a person's words, or undefined when it opens nothing */
export function findFileAccess(base: string, value: string): string | undefined {
  if (base === 'f') return MUXERS.has(value) ? `the format "${value}"` : undefined;
  if (FILTER_OPTIONS.has(base)) return findInFilters(value);
  if (ENCODER_OPTIONS.test(base) && ENCODER_FILES.test(value)) return 'a file parameter';
  return undefined;
}

function findInFilters(graph: string): string | undefined {
  // FFmpeg takes quotes and backslashes out of names too.
  const plain = graph.replaceAll(/['\\]/g, '');
  for (const [, name = ''] of plain.matchAll(/(?:^|[,;\]])\s*([\w-]+)/g)) {
    if (FILTERS.has(name)) return `the filter "${name}"`;
  }
  return FILTER_FILES.test(plain) ? 'a filter with a file parameter' : undefined;
}
