import { isIP } from 'node:net';

/**
 * Whom a notification is for, from the wide to the narrow: the site (`example.com`), the host and the
 * receiver itself, which is a URL without its query.
 */
export type Receiver = readonly [site: string, host: string, receiver: string];

/** Receivers that differ only after so many characters are taken for one: names are kept in memory. */
const MAX_NAME_LENGTH = 250;

/** A host's site is what its last two labels say: whoever has a domain can name hosts without end. */
export function receiverOf(url: string | null): Receiver {
  if (url === null || !URL.canParse(url)) return ['', '', ''];
  const { hostname, host, origin, pathname } = new URL(url);
  return [siteOf(hostname), host, `${origin}${pathname}`.slice(0, MAX_NAME_LENGTH)];
}

function siteOf(hostname: string): string {
  if (isIP(hostname.replaceAll(/[\[\]]/gv, '')) !== 0) return hostname;
  return hostname.replace(/\.$/v, '').split('.').slice(-2).join('.');
}
