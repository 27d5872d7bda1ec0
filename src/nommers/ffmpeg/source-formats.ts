/** Containers whose header declares a duration that can be relied on, by FFmpeg's name for them. */
export const FORMATS_DECLARING_DURATION: ReadonlySet<string> = new Set(
  ['mov', 'matroska', 'avi', 'flv', 'asf', 'mxf', 'gxf', 'nut', 'wav', 'w64', 'aiff'].concat([
    'caf',
    'flac',
    'ivf',
  ]),
);

/** Muxers and extensions of what no demuxer recognises; such an output cannot be probed. */
export const UNPROBED_MUXERS =
  /^(?:rawvideo|yuv|rgb|pcm|[suf](?:8|16|24|32|64)(?:le|be)?|alaw|mulaw|frame(?:md5|hash|crc)|streamhash|hash|md5|crc|uncodedframecrc|data|chromaprint|ttml|g722|gsm|codec2raw|sbc|aptx(?:_hd)?)$/;
