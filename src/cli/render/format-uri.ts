import { fileURLToPath } from 'node:url';
import { printable } from './printable.ts';

/** A media URI as a person knows it: the path for a file on this machine, else as it is. */
export function formatUri(uri: string): string {
  if (!/^file:\/\/(localhost)?\//i.test(uri)) return printable(uri);
  try {
    return printable(fileURLToPath(uri));
  } catch {
    return printable(uri);
  }
}

/** The last part of a media URI, decoded: `my clip.mov`. */
export function nameOfUri(uri: string): string {
  const withoutQuery = /^https?:/i.test(uri) ? uri.replace(/[?#].*$/s, '') : uri;
  const name = withoutQuery.split('/').findLast((segment) => segment !== '') ?? uri;
  try {
    return printable(decodeURIComponent(name));
  } catch {
    return printable(name);
  }
}
