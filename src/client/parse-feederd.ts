import { NommerError } from '../core/errors.ts';

/** Which feederd, and how to be let in. */
export interface Feederd {
  /** Without user part, with the last slash. */
  readonly url: URL;
  readonly token: string | undefined;
}

/** A token may be given in the URL's user part, which fetch does not take. @throws NommerError BADINPUT */
export function parseFeederd(given: { url: string; token?: string | undefined }): Feederd {
  const url = URL.parse(given.url);
  if (url === null || !url.protocol.startsWith('http')) {
    throw new NommerError('BADINPUT', `feederd's URL is not an http URL; received "${given.url}"`);
  }
  const inUrl = decode(url.password) || decode(url.username);
  const token = given.token ?? (inUrl === '' ? undefined : inUrl);
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new NommerError(
      'BADINPUT',
      'A token is visible ASCII characters only; it is not shown here',
    );
  }
  url.username = '';
  url.password = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return { url, token };
}

/** What is no percent-encoding stands for itself. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
