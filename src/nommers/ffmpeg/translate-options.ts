import { NommerError } from '../../core/errors.ts';
import type { FFmpegPass, OptionPair } from '../../core/ffmpeg-options.ts';
import { extendFilters } from './filter-chain.ts';
import { translateBorders } from './translate-borders.ts';
import { availableAudioCodec, RULES, type Change, type Situation } from './translation-rules.ts';

export interface Translated {
  readonly passes: readonly FFmpegPass[];
  /** What was changed, each once, in a person's words. */
  readonly told: readonly string[];
}

/**
 * Makes options of 2010 to 2012 run on the FFmpeg in hand, and leaves alone what it still takes.
 * @throws NommerError BAD_OPTION with advice, for what has no equal today
 */
export function translateOptions(
  passes: readonly FFmpegPass[],
  ffmpeg: Situation['ffmpeg'],
): Translated {
  const told = new Set<string>();
  const translated = passes.map((pass) => {
    const situation = situationOf(pass, ffmpeg);
    return {
      ...pass,
      infileOptions: translatePairs(pass.infileOptions, situation, told),
      outfileOptions: translatePairs(pass.outfileOptions, situation, told),
    };
  });
  return { passes: translated, told: [...told] };
}

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

const VIDEO_CODEC = /^(?:vcodec|(?:c|codec):v(?::0)?)$/;
const AUDIO_CODEC = /^(?:acodec|(?:c|codec):a(?::0)?)$/;

const ENDS = ['t', 'to', 'fs', 'frames', 'vframes', 'aframes', 'frames:v', 'frames:a', 'shortest'];

function situationOf(pass: FFmpegPass, ffmpeg: Situation['ffmpeg']): Situation {
  const last = (pattern: RegExp) =>
    pass.outfileOptions.findLast(([name]) => pattern.test(name))?.[1] ?? undefined;
  const audio = last(AUDIO_CODEC);
  return {
    ffmpeg,
    videoCodec: last(VIDEO_CODEC) ?? 'libx264',
    audioCodec: audio === undefined ? undefined : availableAudioCodec(audio, ffmpeg),
    ends: [...pass.infileOptions, ...pass.outfileOptions].some(([name]) => ENDS.includes(name)),
  };
}
