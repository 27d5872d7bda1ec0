import { NommerError, received } from '../../core/errors.ts';
import { parseFFmpegOptions, type OptionPair } from '../../core/ffmpeg-options.ts';
import type { JsonValue } from '../../core/json.ts';

export type Presets = Readonly<
  Record<
    string,
    {
      readonly description: string;
      readonly relativeTime?: number;
      readonly options: JsonValue;
    }
  >
>;

/**
 * FFmpegNommer's options with presets put in: a preset's name, or `{preset, …overrides}` where the
 * overrides look like a pass and hold for every pass: an option that a pass has gets the new value in its
 * place, another one is added at the end. Anything else is returned as it is.
 * @throws NommerError UNKNOWN_PRESET, BAD_OPTION
 */
export function resolvePreset(options: JsonValue, presets: Presets): JsonValue {
  if (typeof options === 'string') return presetNamed(options, presets);
  if (options === null || typeof options !== 'object' || isList(options)) return options;
  const { preset, ...overrides } = options;
  if (preset === undefined) return options;
  if (typeof preset !== 'string') {
    const got = received(preset);
    throw new NommerError(
      'BAD_OPTION',
      `job_options.options.preset must be a preset's name; received ${got}`,
    );
  }
  const passes = parseFFmpegOptions(presetNamed(preset, presets));
  const changes = parseFFmpegOptions([overrides]);
  return changes.flatMap((change) =>
    passes.map((pass, index) => ({
      infile_options: replaceOptions(pass.infileOptions, change.infileOptions),
      outfile_options: replaceOptions(pass.outfileOptions, change.outfileOptions),
      // For the pass that writes the output: earlier ones write to nowhere.
      move_atom_to_front:
        index === passes.length - 1 && 'move_atom_to_front' in overrides
          ? change.moveAtomToFront
          : pass.moveAtomToFront,
    })),
  );
}

function presetNamed(name: string, presets: Presets): JsonValue {
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (preset !== undefined) return preset.options;
  const known = Object.keys(presets).join(', ');
  throw new NommerError(
    'UNKNOWN_PRESET',
    `job_options.options names no preset; known are ${known}; received ${received(name)}`,
  );
}

function replaceOptions(
  pairs: readonly OptionPair[],
  changes: readonly OptionPair[],
): readonly OptionPair[] {
  const values = new Map(changes);
  const names = new Set(pairs.map(([name]) => name));
  return [
    ...pairs.map(([name, value]): OptionPair => [
      name,
      values.has(name) ? (values.get(name) ?? null) : value,
    ]),
    ...changes.filter(([name]) => !names.has(name)),
  ];
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
