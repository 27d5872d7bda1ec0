import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { NommerError, received } from '../../core/errors.ts';
import type { Source } from './find-sources.ts';
import type { ChosenOptions } from './job-options.ts';
import { fileUriOf, isUri } from './media-uri-of.ts';
import { fillNameTemplate, NAME_BESIDE, NAME_IN_FOLDER } from './name-template.ts';

/** Where the outputs of a submit go. */
export type Destination =
  /** `uri` ends in a slash. */
  | { readonly kind: 'folder'; readonly uri: string }
  | { readonly kind: 'file'; readonly uri: string }
  | { readonly kind: 'beside' };

/** What output names are made of. */
export interface Naming extends Pick<ChosenOptions, 'extension' | 'suffix'> {
  /** `--name`. */
  readonly template: string | undefined;
}

/**
 * Reads `--to`: a folder is a URI or a path that ends in a slash, or a folder that exists; everything
 * else is one output's full name. Without `--to`, outputs go beside their sources.
 */
export function readDestination(to: string | undefined, cwd: string): Destination {
  if (to === undefined) return { kind: 'beside' };
  if (isUri(to)) return { kind: to.endsWith('/') ? 'folder' : 'file', uri: to };
  const isFolder = to.endsWith('/') || isDirectory(resolve(cwd, to));
  const uri = fileUriOf(to, cwd);
  return isFolder
    ? { kind: 'folder', uri: uri.endsWith('/') ? uri : `${uri}/` }
    : { kind: 'file', uri };
}

/**
 * The URI of one source's output.
 * @throws NommerError BADINPUT when there is no sensible one
 */
export function destinationOf(
  { uri, found }: Pick<Source, 'uri' | 'found'>,
  destination: Destination,
  { extension, suffix, template }: Naming,
): string {
  if (destination.kind === 'file') return destination.uri;
  if (destination.kind === 'beside' && isWeb(uri)) {
    throw new NommerError('BADINPUT', 'Give --to: an output cannot be stored beside a web address');
  }
  const { folder, base, ownExtension } = takeApart(uri);
  if (base === '') {
    throw new NommerError('BADINPUT', `Give --to a full name; none follows from ${received(uri)}`);
  }
  const isFolder = destination.kind === 'folder';
  const target = isFolder ? destination.uri : folder;
  const parts = fillNameTemplate(template ?? (isFolder ? NAME_IN_FOLDER : NAME_BESIDE), {
    name: base,
    ext: extension ?? ownExtension,
    source_ext: ownExtension,
    preset: suffix,
    dir: isFolder ? (found?.dir ?? '') : '',
  });
  return target + parts.map((part) => encodeName(part, target)).join('/');
}

/** The folder as it was written, name and extension decoded. */
export function takeApart(uri: string): { folder: string; base: string; ownExtension: string } {
  const path = isWeb(uri) ? uri.replace(/[?#].*$/s, '') : uri;
  const end = path.lastIndexOf('/') + 1;
  const isBareHost = path.slice(0, end).endsWith('://');
  const name = isBareHost ? '' : decodeName(path.slice(end), uri);
  const dot = name.lastIndexOf('.');
  return dot <= 0
    ? { folder: path.slice(0, end), base: name, ownExtension: '' }
    : { folder: path.slice(0, end), base: name.slice(0, dot), ownExtension: name.slice(dot + 1) };
}

/** A key of S3 is not percent-encoded, names in other URIs are. */
function decodeName(name: string, uri: string): string {
  if (!isEncoded(uri)) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function encodeName(name: string, uri: string): string {
  return isEncoded(uri) ? encodeURIComponent(name) : name;
}

function isEncoded(uri: string): boolean {
  return /^(?:file|https?):/i.test(uri);
}

function isWeb(uri: string): boolean {
  return /^https?:/i.test(uri);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
