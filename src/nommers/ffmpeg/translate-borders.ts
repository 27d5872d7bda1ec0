import type { OptionPair } from '../../core/ffmpeg-options.ts';
import { NommerError, received } from '../../core/errors.ts';
import { extendFilters } from './filter-chain.ts';

const CROPS = ['croptop', 'cropbottom', 'cropleft', 'cropright'];
const PADS = ['padtop', 'padbottom', 'padleft', 'padright'];
const PAD_COLOUR = 'padcolor';

/** The options that `translateBorders` knows. */
export const BORDERS: readonly string[] = [...CROPS, ...PADS, PAD_COLOUR];

/**
 * `croptop`, `padleft` and their like as filters. In 2010 FFmpeg cropped, scaled to `s`, then padded;
 * with padding, `s` therefore becomes a filter between the two.
 */
export function translateBorders(pairs: readonly OptionPair[]): {
  readonly pairs: readonly OptionPair[];
  readonly told: readonly string[];
} {
  const values = new Map(pairs);
  const crop = borders(values, CROPS);
  const pad = borders(values, PADS);
  if (crop === undefined && pad === undefined) return { pairs, told: [] };

  const front: string[] = [];
  const back: string[] = [];
  const size = values.get('s');
  if (crop !== undefined) {
    const [top, bottom, left, right] = crop;
    front.push(`crop=in_w-${left}-${right}:in_h-${top}-${bottom}:${left}:${top}`);
  }
  if (pad !== undefined) {
    const [top, bottom, left, right] = pad;
    if (size) back.push(`scale=size=${sizeIn(size)}`);
    const colour = colourOf(values.get(PAD_COLOUR));
    back.push(`pad=iw+${left}+${right}:ih+${top}+${bottom}:${left}:${top}:${colour}`);
  }
  const replaced = new Set([...BORDERS, ...(pad && size ? ['s'] : [])]);
  const given = pairs.filter(([name]) => replaced.has(name)).map(([name]) => name);
  const kept = pairs.filter(([name]) => !replaced.has(name));
  return {
    pairs: extendFilters(kept, 'video', { front, back }),
    told: [`${given.join(', ')} → filter ${[...front, ...back].join(',')}`],
  };
}

type Borders = readonly [top: number, bottom: number, left: number, right: number];

function borders(
  values: ReadonlyMap<string, string | null>,
  names: readonly string[],
): Borders | undefined {
  if (!names.some((name) => values.has(name))) return undefined;
  const [top = 0, bottom = 0, left = 0, right = 0] = names.map((name) => pixels(name, values));
  return [top, bottom, left, right];
}

function pixels(name: string, values: ReadonlyMap<string, string | null>): number {
  const value = values.get(name) ?? '0';
  if (/^\d{1,5}$/.test(value)) return Number(value);
  throw new NommerError(
    'BAD_OPTION',
    `${name} must be a number of pixels; received ${received(value)}`,
  );
}

/** Inside a filter graph anything else might be filters of its own. */
function sizeIn(value: string): string {
  if (/^[a-z\d-]{1,20}$/i.test(value)) return value;
  throw new NommerError(
    'BAD_OPTION',
    `s must be a size, like 640x360; received ${received(value)}`,
  );
}

function colourOf(value: string | null | undefined): string {
  return value && /^[0-9a-f]{6}$/i.test(value) ? `0x${value}` : 'black';
}
