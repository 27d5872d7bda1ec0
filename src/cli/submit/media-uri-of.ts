import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

export function isUri(text: string): boolean {
  return SCHEME.test(text);
}

/** The `file://` URI of a path on this machine, whatever characters are in its name. */
export function fileUriOf(path: string, cwd: string): string {
  return pathToFileURL(resolve(cwd, path)).href;
}
