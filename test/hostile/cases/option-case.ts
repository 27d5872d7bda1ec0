import type { JsonValue } from '../../../src/core/json.ts';
import type { Ground } from '../ground.ts';
import { refused, type HostileCase, type Told } from '../hostile-case.ts';

type Options = Readonly<Record<string, JsonValue>>;
type Made = Options | ((ground: Ground) => Options);

export const UNKNOWN = refused('BAD_OPTION', /it is not known to leave other files alone/);
export const NO_NAME = refused('BAD_OPTION', /has an option name that is not one/);
export const FILTER = refused('BAD_OPTION', /the filter "\w+", which is not known to be harmless/);
export const OPENS = refused('BAD_OPTION', /the filter "\w+" with \/?\w+, which opens files/);
export const PATH = refused('BAD_OPTION', /may not use a path in the value/);
export const FILE = refused(
  'BAD_OPTION',
  /a file parameter, which reaches outside the job's own files/,
);
export const FORMAT = refused('BAD_OPTION', /which is not known to make one file and nothing else/);

export const QUICK = { 'c:v': 'libx264', preset: 'ultrafast', threads: 1 };

export function output(name: string, tries: string, options: Made, told: Told): HostileCase {
  const make = (ground: Ground) => ({
    outfile: { ...QUICK, ...(typeof options === 'function' ? options(ground) : options) },
  });
  return { name, tries, make, told };
}

export function input(name: string, tries: string, infile: Options, told: Told): HostileCase {
  return { name, tries, make: () => ({ infile, outfile: QUICK }), told };
}
