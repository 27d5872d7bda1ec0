import * as z from 'zod';
import { NommerError, received } from './errors.ts';
import { findFileAccess } from './ffmpeg-file-access.ts';
import { INPUT_OPTIONS } from './ffmpeg-input-options.ts';
import {
  ENDING_OPTIONS,
  FLAG_OPTIONS,
  FLAGS_ON_BY_DEFAULT,
  VALUED_OPTIONS,
  WHOLE_OPTIONS,
} from './ffmpeg-main-options.ts';
import { isOutputOption } from './ffmpeg-output-options.ts';
import type { JsonValue } from './json.ts';
import { HIDDEN } from './redact.ts';
import { isSecretOption, redactOptions } from './secret-options.ts';

/** One FFmpeg option: its name without the dash, and its value, null for a flag. */
export type OptionPair = readonly [name: string, value: string | null];

/** One run of FFmpeg. */
export interface FFmpegPass {
  readonly infileOptions: readonly OptionPair[];
  readonly outfileOptions: readonly OptionPair[];
  readonly moveAtomToFront: boolean;
}

const MAX_PASSES = 10;
const MAX_OPTIONS = 200;
const OPTION_NAME = /^[a-z0-9][a-z0-9_:.-]*$/i;

const Value = z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()]);
const Pair = z.tuple([z.string(), Value]);
const OptionList = z.union([
  z.array(z.union([Pair, z.record(z.string(), Value)])),
  z.record(z.string(), Value),
]);
/** What FFmpegNommer takes of one run of FFmpeg. */
export const FFmpegPassSchema = z.strictObject({
  infile_options: OptionList.nullish(),
  outfile_options: OptionList.nullish(),
  move_atom_to_front: z.boolean().nullish(),
});

/**
 * Reads `job_options.options` of FFmpegNommer: a list of passes whose options are `[key, value]` pairs
 * or `{key: value}` objects, in order; a null value makes a flag.
 * @throws NommerError BAD_OPTION, naming the place and what was received
 */
export function parseFFmpegOptions(options: JsonValue): readonly FFmpegPass[] {
  if (!Array.isArray(options) || options.length === 0) {
    throw bad('job_options.options', 'must be a list of passes, or the name of a preset', options);
  }
  if (options.length > MAX_PASSES) {
    throw bad('job_options.options', `may have at most ${MAX_PASSES} passes`, options.length);
  }
  return options.map((pass: JsonValue, index) => parsePass(pass, `job_options.options[${index}]`));
}

function parsePass(pass: JsonValue, place: string): FFmpegPass {
  const parsed = FFmpegPassSchema.safeParse(pass);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = [place, ...(issue?.path ?? [])].join('.');
    throw bad(
      path,
      'is not a pass with infile_options and outfile_options as [key, value] pairs',
      pass,
    );
  }
  const infile = { side: 'input', place: `${place}.infile_options` } as const;
  const outfile = { side: 'output', place: `${place}.outfile_options` } as const;
  const infileOptions = parsePairs(parsed.data.infile_options ?? [], infile);
  const outfileOptions = parsePairs(parsed.data.outfile_options ?? [], outfile);
  const ends = [...infileOptions, ...outfileOptions].some(([name]) =>
    ENDING_OPTIONS.includes(name),
  );
  const endless = infileOptions.find(
    ([name, value]) => name === 'stream_loop' && !/^\+?\d+$/.test(value ?? ''),
  );
  if (endless && !ends) throw bad(infile.place, 'loops without an end: give t as well', endless);
  return {
    infileOptions,
    outfileOptions,
    moveAtomToFront: parsed.data.move_atom_to_front ?? false,
  };
}

interface Side {
  readonly side: 'input' | 'output';
  /** For messages. */
  readonly place: string;
}

function parsePairs(list: z.infer<typeof OptionList>, where: Side): readonly OptionPair[] {
  const pairs = Array.isArray(list)
    ? list.flatMap((entry) => (Array.isArray(entry) ? [entry] : Object.entries(entry)))
    : Object.entries(list);
  if (pairs.length > MAX_OPTIONS) {
    throw bad(where.place, `may have at most ${MAX_OPTIONS} options`, pairs.length);
  }
  return pairs.flatMap(([name, value]) => parsePair(name, value, where));
}

/** @returns no pair for a flag that has its default, one with `no` where that is true */
function parsePair(
  given: string,
  value: z.infer<typeof Value>,
  { side, place }: Side,
): readonly OptionPair[] {
  const name = given.startsWith('-') ? given.slice(1) : given;
  if (!OPTION_NAME.test(name)) throw bad(place, 'has an option name that is not one', given);
  const base = name.split(':', 1)[0] ?? name;
  const positive = isFlag(base) && base.startsWith('no') ? base.slice(2) : base;
  const isTaken = side === 'input' ? (each: string) => INPUT_OPTIONS.has(each) : isForOutput;
  if (!(isTaken(base) || isTaken(positive)) || (WHOLE_OPTIONS.includes(base) && name !== base)) {
    const whom = side === 'input' ? 'the source' : 'the output';
    const why = `may not set "${name}" for ${whom}: it is not known to leave other files alone`;
    throw bad(place, why, [given, value]);
  }
  const shown = (text: string) => (isSecretOption(base) ? HIDDEN : text);
  if (typeof value === 'string' && value.includes('\0')) {
    throw bad(place, `has a NUL character in the value of "${name}"`, shown(value));
  }
  if (isFlag(base)) {
    const complain = () => bad(place, `takes no value for "${name}"`, value);
    // What is on anyway is not given: some versions want a value behind its name.
    const isDefault = isSet(value, complain) === FLAGS_ON_BY_DEFAULT.has(base);
    if (isDefault) return [];
    return [[FLAGS_ON_BY_DEFAULT.has(base) ? `no${name}` : name, null]];
  }
  if (value === null) throw bad(place, `needs a value for "${name}"`, value);
  const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
  const access = findFileAccess(base, text, side);
  if (access !== undefined) throw bad(place, `may not use ${access}`, shown(text));
  return [[name, text]];
}

function isForOutput(base: string): boolean {
  return FLAG_OPTIONS.has(base) || VALUED_OPTIONS.has(base) || isOutputOption(base);
}

function isFlag(base: string): boolean {
  if (VALUED_OPTIONS.has(base)) return false;
  return FLAG_OPTIONS.has(base) || (base.startsWith('no') && FLAG_OPTIONS.has(base.slice(2)));
}

function isSet(value: z.infer<typeof Value>, complain: () => NommerError): boolean {
  if (value === null || value === true || value === 1 || value === '1' || value === '') return true;
  if (value === false || value === 0 || value === '0') return false;
  throw complain();
}

function bad(place: string, why: string, value: JsonValue): NommerError {
  const shown = received(redactOptions(value));
  return new NommerError('BAD_OPTION', `${place} ${why}; received ${shown}`);
}
