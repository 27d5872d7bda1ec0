import type { OptionPair } from '../../core/ffmpeg-options.ts';

/** Filters to put in front of and behind those that a job gave. */
export interface FilterAdditions {
  readonly front: readonly string[];
  readonly back: readonly string[];
}

const NAMES = {
  video: ['vf', 'filter:v', 'filter:v:0'],
  audio: ['af', 'filter:a', 'filter:a:0'],
} as const;

/** Puts filters around the chain that `pairs` have for that kind of stream, or makes one. */
export function extendFilters(
  pairs: readonly OptionPair[],
  kind: 'video' | 'audio',
  { front, back }: FilterAdditions,
): readonly OptionPair[] {
  if (front.length + back.length === 0) return pairs;
  const names: readonly string[] = NAMES[kind];
  // FFmpeg takes the last of several.
  const index = pairs.findLastIndex(([name]) => names.includes(name));
  const [name, given] = pairs[index] ?? [NAMES[kind][0], null];
  const chain: OptionPair = [name, [...front, ...(given ? [given] : []), ...back].join(',')];
  return index < 0 ? [...pairs, chain] : pairs.with(index, chain);
}
