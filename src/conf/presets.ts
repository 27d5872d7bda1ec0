import type { JsonValue } from '../core/json.ts';

type Pair = readonly [name: string, value: string | null];

interface BuiltInPreset {
  readonly description: string;
  /** Processor time that the reference clip takes, with h264_web = 1: `npm run bench -- presets`. */
  readonly relativeTime: number;
  /** FFmpegNommer's passes, as a client would send them. */
  readonly options: JsonValue;
}

/** What the presets of 2012 differ in. */
interface TwoPasses {
  readonly width: number;
  readonly videoBitrate: string;
  readonly audioBitrate: string;
  /** Default: the usual buffer and key frames. */
  readonly rate?: readonly Pair[];
  readonly audio?: readonly Pair[];
}

/** The presets that a job may name in the place of options; nomconf's PRESETS adds to them. */
export const BUILT_IN_PRESETS = {
  web_medium: {
    description: 'H.264 baseline and AAC in MP4, 640 wide, 400 kb/s, two passes (2012)',
    relativeTime: 0.31,
    options: twoPasses({ width: 640, videoBitrate: '400k', audioBitrate: '128k' }),
  },
  android_low: {
    description: 'H.264 baseline and AAC in MP4, 640 wide, 300 kb/s, 30 fps, two passes (2012)',
    relativeTime: 0.29,
    options: twoPasses({
      width: 640,
      videoBitrate: '300k',
      audioBitrate: '128k',
      rate: [['r', '30']],
      audio: [
        ['ar', '48000'],
        ['ac', '2'],
      ],
    }),
  },
  cb_low: {
    description: 'H.264 baseline and AAC in MP4, 400 wide, 230 kb/s, two passes (2012)',
    relativeTime: 0.24,
    options: twoPasses({ width: 400, videoBitrate: '230k', audioBitrate: '96k' }),
  },
  cb_medium: {
    description: 'H.264 baseline and AAC in MP4, 640 wide, 921 kb/s, two passes (2012)',
    relativeTime: 0.31,
    options: twoPasses({ width: 640, videoBitrate: '921k', audioBitrate: '125k' }),
  },
  cb_high: {
    description: 'H.264 baseline and AAC in MP4, 1280 wide, 2000 kb/s, two passes (2012)',
    relativeTime: 0.57,
    options: twoPasses({ width: 1280, videoBitrate: '2000k', audioBitrate: '125k' }),
  },
  h264_web: {
    description: 'H.264 and AAC in MP4, up to 1080p, constant quality, plays while it loads',
    relativeTime: 1,
    options: onePass([
      ...constantQuality('libx264', '23'),
      ['preset', 'medium'],
      ['vf', fitInto(1920, 1080)],
      ['c:a', 'aac'],
      ['b:a', '128k'],
      ['ac', '2'],
      ['movflags', '+faststart'],
      ['f', 'mp4'],
    ]),
  },
  av1_web: {
    description: 'AV1 and Opus in WebM, up to 1080p, constant quality, smaller than h264_web',
    relativeTime: 1.1,
    options: onePass([
      ...constantQuality('libsvtav1', '35'),
      ['preset', '8'],
      ['g', '240'],
      ['vf', fitInto(1920, 1080)],
      ['c:a', 'libopus'],
      ['b:a', '96k'],
      ['ac', '2'],
      ['f', 'webm'],
    ]),
  },
  audio: {
    description: 'Sound only: AAC in M4A, 128 kb/s stereo',
    relativeTime: 0.0072,
    options: onePass([
      ['vn', null],
      ['c:a', 'aac'],
      ['b:a', '128k'],
      ['ac', '2'],
      ['movflags', '+faststart'],
      ['f', 'ipod'],
    ]),
  },
  audio_opus: {
    description: 'Sound only: Opus, 96 kb/s stereo',
    relativeTime: 0.0031,
    options: onePass([
      ['vn', null],
      ['c:a', 'libopus'],
      ['b:a', '96k'],
      ['ac', '2'],
      ['f', 'opus'],
    ]),
  },
  poster: {
    description: 'One JPEG picture, the most telling of the first, up to 1280 wide',
    relativeTime: 0.14,
    options: onePass([
      ['an', null],
      ['frames:v', '1'],
      ['vf', `thumbnail,scale='min(1280,iw)':-2`],
      ['q:v', '3'],
      ['f', 'mjpeg'],
    ]),
  },
} as const satisfies Readonly<Record<string, BuiltInPreset>>;

/** As the client of 2012 has them, with the encoder of today for its `libfaac`. */
function twoPasses(preset: TwoPasses): JsonValue {
  const { width, videoBitrate, audioBitrate, audio = [] } = preset;
  const rate: readonly Pair[] = preset.rate ?? [
    ['bufsize', videoBitrate],
    ['keyint_min', '60'],
    ['g', '120'],
  ];
  const video = (pass: '1' | '2'): readonly Pair[] => [
    ['c:v', 'libx264'],
    ['preset', 'medium'],
    ['profile:v', 'baseline'],
    ['b:v', videoBitrate],
    ['vf', `yadif,scale='${width}:trunc(ow/a/2)*2'`],
    ['pass', pass],
    ...rate,
    ['f', 'mp4'],
  ];
  return [
    { outfile_options: [...video('1'), ['an', null]] },
    {
      outfile_options: [
        ...video('2'),
        ['c:a', 'aac'],
        ['b:a', audioBitrate],
        ['af', 'aresample=async=480'],
        ...audio,
      ],
      move_atom_to_front: true,
    },
  ];
}

function onePass(options: readonly Pair[]): JsonValue {
  return [{ outfile_options: options }];
}

function constantQuality(codec: string, crf: string): readonly Pair[] {
  return [
    ['c:v', codec],
    ['crf', crf],
    ['pix_fmt', 'yuv420p'],
  ];
}

/**
 * Scales down, never up, to even sizes; a picture that stands upright has its box upright. In expressions,
 * because FFmpeg before 4.3 has no `force_divisible_by`.
 */
function fitInto(width: number, height: number): string {
  const factor = `min(1,min(${width}/max(iw,ih),${height}/min(iw,ih)))`;
  const even = (size: string) => `'max(2,trunc(${size}*${factor}/2)*2)'`;
  return `scale=${even('iw')}:${even('ih')}`;
}
