/** Values that options had in 2010 to 2012, as data. */

/** AAC encoders that may not be built in; FFmpeg's own takes their place. */
export const AAC_ENCODERS = ['libfaac', 'libvo_aacenc', 'libfdk_aac', 'libaacplus'];

/** Profiles that FFmpeg's own AAC encoder lacks, or writes so that nothing plays them. */
export const HE_AAC_PROFILES = ['aac_he', 'aac_he_v2', 'aac_ld', 'aac_eld', '4', '28', '22', '38'];

/** `vbr` of libfdk_aac as `q:a` of FFmpeg's own encoder. 0 was no variable bit rate. */
export const AAC_QUALITY: Readonly<Record<string, string>> = {
  '1': '0.5',
  '2': '0.7',
  '3': '1',
  '4': '1.4',
  '5': '2',
};

/** What the preset files of 2010 to 2012 (`vpre`) come to with libx264's own presets. */
export const X264_PRESET_FILES: ReadonlyMap<string, readonly (readonly [string, string])[]> =
  new Map<string, readonly (readonly [string, string])[]>([
    ...['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower'].map(
      (name) => [name, [['preset', name]]] as const,
    ),
    ['veryslow', [['preset', 'veryslow']]],
    ['placebo', [['preset', 'placebo']]],
    ['default', [['preset', 'medium']]],
    ['normal', [['preset', 'medium']]],
    ['hq', [['preset', 'slow']]],
    ['max', [['preset', 'veryslow']]],
    ['baseline', [['profile:v', 'baseline']]],
    ['main', [['profile:v', 'main']]],
    ['high', [['profile:v', 'high']]],
    ['ipod320', ipod('1.3', '768k', '2M')],
    ['ipod640', ipod('3.0', '10M', '10M')],
  ]);

function ipod(level: string, maxrate: string, bufsize: string) {
  return [
    ['profile:v', 'baseline'],
    ['level', level],
    ['maxrate', maxrate],
    ['bufsize', bufsize],
  ] as const;
}

/** `sameq` had no meaning across codecs; this is what looks the same by today's measure. */
export const LIKE_SAME_QUALITY: Readonly<Record<string, readonly [string, string]>> = {
  libx264: ['crf', '18'],
  libx265: ['crf', '20'],
  mpeg4: ['qscale:v', '2'],
  libxvid: ['qscale:v', '2'],
  mpeg1video: ['qscale:v', '2'],
  mpeg2video: ['qscale:v', '2'],
  msmpeg4: ['qscale:v', '2'],
  flv: ['qscale:v', '2'],
  mjpeg: ['qscale:v', '2'],
};

/** Flags of x264 that `flags2` held until 2011. */
export const X264_FLAGS2 = [
  'mixed_refs',
  'bpyramid',
  'wpred',
  'dct8x8',
  'fastpskip',
  'brdo',
].concat(['mbtree', 'ssim', 'aud', 'psy', 'intra_refresh', '8x8dct', 'skiprd']);

/** `vsync` and what `fps_mode` calls it. */
export const FPS_MODES: Readonly<Record<string, string>> = {
  '-1': 'auto',
  '0': 'passthrough',
  '1': 'cfr',
  '2': 'vfr',
  auto: 'auto',
  passthrough: 'passthrough',
  cfr: 'cfr',
  vfr: 'vfr',
};

export const FIELD_ORDERS: Readonly<Record<string, string>> = { '0': 'bff', '1': 'tff' };
