import { glob, readdir, stat } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { isErrnoException, NommerError, received } from '../../core/errors.ts';
import { parseMediaUri } from '../../core/media-uri.ts';
import { MEDIA_EXTENSIONS } from './media-extensions.ts';
import { fileUriOf, isUri } from './media-uri-of.ts';

/** Something to encode. */
export interface Source {
  /** What it is called in messages: as it was given, or where it was found. */
  readonly name: string;
  readonly uri: string;
  /** What tells whether it is still the same file; null of what is not on this machine. */
  readonly file: { readonly size: number; readonly modifiedMs: number } | null;
  /** Where it was looked for and found: null of what was named itself. */
  readonly found: Found | null;
}

export interface Found {
  /** URI of the folder that was given, or of the glob's part without wildcards; ends in a slash. */
  readonly root: string;
  /** The folders below: `''`, `a` or `a/b`. */
  readonly dir: string;
}

export interface FoundSources {
  readonly sources: readonly Source[];
  readonly refused: readonly Refused[];
}

/** What makes no job, and why. */
export interface Refused {
  readonly source: string;
  readonly thrown: unknown;
}

export interface SearchOptions {
  readonly cwd: string;
  /** Folders with all that are in them. */
  readonly recursive: boolean;
}

const WILDCARD = /[*?[{]/;
/** `e2` before `e10`. */
const BY_NAME = new Intl.Collator('en', { numeric: true });

/**
 * The sources that a command line means: URIs, files, the media files of folders, and what globs match.
 * Each only once, in the order of the command line, what was found in that of its names.
 */
export async function findSources(
  given: readonly string[],
  options: SearchOptions,
): Promise<FoundSources> {
  const sources = new Map<string, Source>();
  const refused: Refused[] = [];
  for (const each of given) {
    try {
      for (const source of await sourcesOf(each, options)) {
        if (!sources.has(source.uri)) sources.set(source.uri, source);
      }
    } catch (thrown: unknown) {
      refused.push({ source: each, thrown });
    }
  }
  return { sources: [...sources.values()], refused };
}

/** @throws NommerError BAD_URI, SOURCE_NOT_FOUND, SOURCE_FORBIDDEN */
async function sourcesOf(given: string, options: SearchOptions): Promise<readonly Source[]> {
  if (isUri(given)) {
    return [{ name: given, uri: parseMediaUri(given, 'SOURCE').text, file: null, found: null }];
  }
  const { cwd } = options;
  const facts = await look(given, cwd);
  if (facts === undefined && WILDCARD.test(given)) return await filesMatching(given, cwd);
  if (facts?.isDirectory() === true) return await mediaIn(given, options);
  if (facts?.isFile() === true) return [toSource(given, cwd, facts)];
  const what = facts === undefined ? 'There is no such file' : 'This is no file';
  throw new NommerError('SOURCE_NOT_FOUND', `${what}; received ${received(given)}`);
}

type FileFacts = NonNullable<Awaited<ReturnType<typeof look>>>;

/** @returns undefined when there is nothing @throws NommerError SOURCE_FORBIDDEN */
async function look(path: string, cwd: string) {
  try {
    return await stat(resolve(cwd, path));
  } catch (thrown: unknown) {
    if (!isErrnoException(thrown) || thrown.code !== 'EACCES') return undefined;
    throw new NommerError(
      'SOURCE_FORBIDDEN',
      `The file may not be read; received ${received(path)}`,
      { cause: thrown },
    );
  }
}

async function mediaIn(folder: string, { cwd, recursive }: SearchOptions) {
  const root = resolve(cwd, folder);
  const names = await readdir(root, { recursive });
  const media = names.filter((name) => !isHidden(name) && isMedia(name));
  const sources = await filesAt(
    media.map((name) => join(folder, name)),
    { root, cwd },
  );
  if (sources.length > 0) return sources;
  const deeper = recursive ? '' : ' (--recursive looks into its folders, too)';
  throw new NommerError(
    'SOURCE_NOT_FOUND',
    `There are no media files in this folder${deeper}; received ${received(folder)}`,
  );
}

async function filesMatching(pattern: string, cwd: string): Promise<readonly Source[]> {
  const parts = pattern.split('/');
  const fixed = parts.slice(
    0,
    parts.findIndex((part) => WILDCARD.test(part)),
  );
  const root = resolve(cwd, fixed.length === 1 && fixed[0] === '' ? '/' : fixed.join('/'));
  const names: string[] = [];
  for await (const name of glob(pattern, { cwd })) names.push(name);
  const sources = await filesAt(names, { root, cwd });
  if (sources.length > 0) return sources;
  throw new NommerError('SOURCE_NOT_FOUND', `No file matches; received ${received(pattern)}`);
}

/** What is a file of these, sorted. */
async function filesAt(
  names: readonly string[],
  { root, cwd }: { readonly root: string; readonly cwd: string },
): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const name of names.toSorted(BY_NAME.compare)) {
    const facts = await look(name, cwd).catch(() => undefined);
    if (facts?.isFile() !== true) continue;
    const dir = relative(root, dirname(resolve(cwd, name)))
      .split(sep)
      .join('/');
    const found = { root: `${fileUriOf(root, cwd).replace(/\/$/, '')}/`, dir };
    sources.push({ ...toSource(name, cwd, facts), found });
  }
  return sources;
}

function toSource(path: string, cwd: string, { size, mtimeMs }: FileFacts): Source {
  const file = { size, modifiedMs: mtimeMs };
  return { name: path, uri: fileUriOf(path, cwd), file, found: null };
}

function isHidden(path: string): boolean {
  return path.split(sep).some((part) => part.startsWith('.'));
}

function isMedia(name: string): boolean {
  return MEDIA_EXTENSIONS.has(extname(name).slice(1).toLowerCase());
}
