import { readFile } from 'node:fs/promises';
import type { SubmitRequest, WirePreset } from '../../core/api-wire.ts';
import { NommerError, received } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json.ts';
import { outputExtension } from './output-extension.ts';

/** What the command line says of how to encode. */
export interface GivenOptions {
  readonly preset?: string | undefined;
  /** A JSON file. */
  readonly options?: string | undefined;
  readonly nommer?: string | undefined;
}

export interface ChosenOptions {
  readonly jobOptions: SubmitRequest['job_options'];
  /** Of the outputs, without a dot; null when only the nommer knows. */
  readonly extension: string | null;
  /** Tells outputs from their sources where both are in one folder. */
  readonly suffix: string;
}

/** What somebody gets who says nothing. */
export const DEFAULT_PRESET = 'h264_web';

const FFMPEG_NOMMER = /^(?:.*\.)?FFmpegNommer$/;

/**
 * The job options that the command line asks for: a preset, a file of options, or a preset with the
 * file's options over it.
 * @throws NommerError BAD_OPTION, UNKNOWN_PRESET
 */
export async function chooseOptions(
  given: GivenOptions,
  presets: readonly WirePreset[],
): Promise<ChosenOptions> {
  const fromFile = given.options === undefined ? undefined : await readOptionsFile(given.options);
  const nommer = given.nommer === undefined ? {} : { nommer: given.nommer };
  if (given.nommer !== undefined && !FFMPEG_NOMMER.test(given.nommer)) {
    const options = given.preset ?? fromFile;
    return {
      jobOptions: { ...nommer, ...(options !== undefined && { options }) },
      extension: null,
      suffix: given.nommer,
    };
  }
  if (fromFile !== undefined && given.preset === undefined) {
    const extension = outputExtension(fromFile);
    return { jobOptions: { ...nommer, options: fromFile }, extension, suffix: 'encoded' };
  }

  const preset = presetNamed(given.preset ?? DEFAULT_PRESET, presets);
  const options = fromFile === undefined ? preset.name : overlay(preset.name, fromFile);
  return {
    jobOptions: { ...nommer, options },
    extension: outputExtension(preset.options),
    suffix: preset.name,
  };
}

async function readOptionsFile(path: string): Promise<JsonValue> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as JsonValue;
  } catch (thrown: unknown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new NommerError(
      'BAD_OPTION',
      `--options must name a JSON file: ${why}; received ${path}`,
      {
        cause: thrown,
      },
    );
  }
}

function overlay(preset: string, overrides: JsonValue): JsonValue {
  if (isObject(overrides)) return { ...overrides, preset };
  throw new NommerError(
    'BAD_OPTION',
    `--options must hold one pass, { "outfile_options": […] }, to go with --preset; received ${received(overrides)}`,
  );
}

function isObject(value: JsonValue): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function presetNamed(name: string, presets: readonly WirePreset[]): WirePreset {
  const preset = presets.find((each) => each.name === name);
  if (preset !== undefined) return preset;
  const known = presets.map((each) => each.name).join(', ');
  throw new NommerError(
    'UNKNOWN_PRESET',
    `There is no such preset; known are ${known}; received ${received(name)}`,
  );
}
