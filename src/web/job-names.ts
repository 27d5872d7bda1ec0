import type { WireJob } from '../core/job-wire.ts';

/** The name of the file that a URI leads to, as people know it. */
export function fileName(uri: string): string {
  const path = /^https?:/i.test(uri) ? uri.replace(/[?#].*$/s, '') : uri;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return readable(name, uri) || uri;
}

/** Where it is: all but its name. */
export function folderOf(uri: string): string {
  return readable(uri.slice(0, uri.lastIndexOf('/') + 1), uri);
}

/** What the job makes of what, in few words: its pictures' and its sound's encoders. */
export function recipeOf({ job_options: { nommer, options } }: WireJob): string {
  const passes = passesOf(options);
  const last = passes.at(-1);
  if (last === undefined) return nommer;
  const given = new Map(last.output);
  const codecs = [
    given.get('c:v') ?? given.get('vcodec'),
    given.get('c:a') ?? given.get('acodec'),
  ].filter((codec): codec is string => typeof codec === 'string');
  const format = given.get('f');
  const what = codecs.length > 0 ? codecs.join(' + ') : (format ?? nommer);
  return passes.length > 1 ? `${what}, ${passes.length} passes` : what;
}

export interface PassOptions {
  readonly input: readonly OptionPair[];
  readonly output: readonly OptionPair[];
  readonly movesAtom: boolean;
}

type OptionPair = readonly [name: string, value: string | null];

/** FFmpegNommer's options, pass by pass; none where they are another nommer's. */
export function passesOf(options: unknown): readonly PassOptions[] {
  if (!Array.isArray(options)) return [];
  const passes: readonly unknown[] = options;
  return passes.filter(isObject).map((pass) => ({
    input: pairsOf(pass['infile_options']),
    output: pairsOf(pass['outfile_options']),
    movesAtom: pass['move_atom_to_front'] === true,
  }));
}

/** Both forms that options may have: pairs, and objects. */
function pairsOf(given: unknown): readonly OptionPair[] {
  if (Array.isArray(given)) {
    return given.flatMap((each: unknown) => {
      if (!Array.isArray(each)) return isObject(each) ? pairsOf(each) : [];
      const pair: readonly unknown[] = each;
      return [pairOf(pair[0], pair[1])];
    });
  }
  return isObject(given) ? Object.entries(given).map(([name, value]) => pairOf(name, value)) : [];
}

function pairOf(name: unknown, value: unknown): OptionPair {
  return [asText(name), value === null || value === undefined ? null : asText(value)];
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readable(text: string, uri: string): string {
  if (!/^(?:file|https?):/i.test(uri)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
