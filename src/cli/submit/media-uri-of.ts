import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isErrnoException, NommerError, received } from '../../core/errors.ts';
import { parseMediaUri } from '../../core/media-uri.ts';

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

export function isUri(text: string): boolean {
  return SCHEME.test(text);
}

/** The `file://` URI of a path on this machine, whatever characters are in its name. */
export function fileUriOf(path: string, cwd: string): string {
  return pathToFileURL(resolve(cwd, path)).href;
}

/**
 * The media URI of a source that was given as a URI or as a path. A path must lead to a file: whoever
 * mistypes one hears of it at once. A URI is for feederd to judge, which may run elsewhere.
 * @throws NommerError BAD_URI, SOURCE_NOT_FOUND, SOURCE_FORBIDDEN
 */
export async function sourceUriOf(given: string, cwd: string): Promise<string> {
  if (isUri(given)) return parseMediaUri(given, 'SOURCE').text;
  const path = resolve(cwd, given);
  try {
    if ((await stat(path)).isFile()) return fileUriOf(path, cwd);
  } catch (thrown: unknown) {
    const isForbidden = isErrnoException(thrown) && thrown.code === 'EACCES';
    throw new NommerError(
      isForbidden ? 'SOURCE_FORBIDDEN' : 'SOURCE_NOT_FOUND',
      `${isForbidden ? 'The file may not be read' : 'There is no such file'}; received ${received(given)}`,
      { cause: thrown },
    );
  }
  throw new NommerError(
    'SOURCE_NOT_FOUND',
    `This is no file; of a folder, give the files in it (…/*)`,
  );
}
