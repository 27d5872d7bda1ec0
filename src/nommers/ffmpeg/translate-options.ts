import { NommerError } from '../../core/errors.ts';
import { ENDING_OPTIONS } from '../../core/ffmpeg-main-options.ts';
import type { FFmpegPass, OptionPair } from '../../core/ffmpeg-options.ts';
import { extendFilters } from './filter-chain.ts';
import { BORDERS, translateBorders } from './translate-borders.ts';
import { availableAudioCodec, RULES, type Change, type Situation } from './translation-rules.ts';

export interface Translated {
  readonly passes: readonly FFmpegPass[];
  /** What was changed, each once, in a person's words. */
  readonly told: readonly string[];
}

/**
 * Makes options of 2010 to 2012 run on the FFmpeg in hand, and leaves alone what it still takes.
 * @param extension of dest_path; settles the container, and so the encoder, of a pass that names neither
 * @throws NommerError BAD_OPTION with advice, for what has no equal today
 */
export function translateOptions(
  passes: readonly FFmpegPass[],
  ffmpeg: Situation['ffmpeg'],
  extension: string,
): Translated {
  const told = new Set<string>();
  const translated = passes.map((given) => {
    const pass = onRightSides(given);
    const situation = situationOf(pass, ffmpeg, extension);
    return {
      ...pass,
      infileOptions: translatePairs(pass.infileOptions, situation, told),
      outfileOptions: translatePairs(pass.outfileOptions, situation, told),
    };
  });
  return { passes: translated, told: [...told] };
}

/** In 2010, where these stood did not matter to FFmpeg. */
function onRightSides(pass: FFmpegPass): FFmpegPass {
  const { infileOptions, outfileOptions } = pass;
  return {
    ...pass,
    infileOptions: [
      ...infileOptions.filter((pair) => !toOutput(pair)),
      ...outfileOptions.filter(toInput),
    ],
    outfileOptions: [
      ...infileOptions.filter(toOutput),
      ...outfileOptions.filter((pair) => !toInput(pair)),
    ],
  };
}

const OUTPUT_ONLY = ['deinterlace', 'vol', ...BORDERS];
const toOutput = ([name]: OptionPair) => OUTPUT_ONLY.includes(name);
const toInput = ([name]: OptionPair) => name === 'loop_input';

function translatePairs(
  given: readonly OptionPair[],
  situation: Situation,
  told: Set<string>,
): readonly OptionPair[] {
  const { pairs, told: bordersTold } = translateBorders(given);
  bordersTold.forEach((words) => told.add(words));
  const changes: Change[] = [];
  const kept = pairs.flatMap((pair): readonly OptionPair[] => {
    const change = changeOf(pair, situation);
    if (change === undefined) return [pair];
    told.add(change.told);
    changes.push(change);
    return change.give ?? [];
  });
  const all = (key: 'videoFront' | 'videoBack' | 'audioFront') =>
    changes.flatMap((change) => change[key] ?? []);
  const withVideo = extendFilters(kept, 'video', {
    front: all('videoFront'),
    back: all('videoBack'),
  });
  return extendFilters(withVideo, 'audio', { front: all('audioFront'), back: [] });
}

function changeOf([name, value]: OptionPair, situation: Situation): Change | undefined {
  const rule = RULES.find(({ names }) => names.includes(name));
  const change = rule?.translate(value ?? '', name, situation);
  if (change === undefined || 'told' in change) return change;
  const given = value === null ? name : `${name} ${value}`;
  throw new NommerError(
    'BAD_OPTION',
    `${name} is gone from FFmpeg: ${change.advice}; received "${given}"`,
  );
}

/** The video encoder that FFmpeg takes for a muxer or an extension, where it is known for sure. */
const DEFAULT_VIDEO: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['mp4', 'm4v', 'mov', 'matroska', 'mkv', 'ismv', 'f4v'].map((name) => [name, 'libx264']),
  ),
  avi: 'mpeg4',
  ...Object.fromEntries(
    ['mpegts', 'ts', 'm2ts', 'vob', 'dvd', 'svcd', 'm2v', 'mxf'].map((name) => [
      name,
      'mpeg2video',
    ]),
  ),
  mpeg: 'mpeg1video',
  mpg: 'mpeg1video',
  flv: 'flv',
  mjpeg: 'mjpeg',
  jpg: 'mjpeg',
};

const VIDEO_CODEC = /^(?:vcodec|(?:c|codec):v(?::0)?)$/;
const AUDIO_CODEC = /^(?:acodec|(?:c|codec):a(?::0)?)$/;

function situationOf(pass: FFmpegPass, ffmpeg: Situation['ffmpeg'], extension: string): Situation {
  const last = (pattern: RegExp) =>
    pass.outfileOptions.findLast(([name]) => pattern.test(name))?.[1] ?? undefined;
  const audio = last(AUDIO_CODEC);
  return {
    ffmpeg,
    videoCodec:
      last(VIDEO_CODEC) ?? DEFAULT_VIDEO[last(/^f$/)?.toLowerCase() ?? extension.toLowerCase()],
    givenAudioCodec: audio,
    audioCodec: audio === undefined ? undefined : availableAudioCodec(audio, ffmpeg),
    ends: [...pass.infileOptions, ...pass.outfileOptions].some(([name]) =>
      ENDING_OPTIONS.includes(name),
    ),
  };
}
