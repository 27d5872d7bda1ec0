import type { IncomingHttpHeaders } from 'node:http';
import { NommerError, received } from '../../core/errors.ts';

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]']);

export interface PageRules {
  /**
   * The address feederd listens on. When that is every address, its names are unknown and only Origin is
   * checked.
   */
  readonly feederdHost: string;
  /** Nobody is asked for a token. */
  readonly isAnonymous: boolean;
}

/**
 * Keeps web pages of others away. A page that the user happens to visit can make the browser POST to
 * 127.0.0.1, and by DNS rebinding can even read the answer, as such a page and we are then one origin. So
 * the browser's Origin must be the host that is called, and that host must be ours. With tokens its name
 * does not matter: to a name of the page's own the browser sends no token that it was given for ours.
 * Origin still does: a password that somebody has once typed goes with every request.
 * @throws NommerError FORBIDDEN
 */
export function refuseForeignPages(headers: IncomingHttpHeaders, rules: PageRules): void {
  const { host, origin } = headers;
  const { feederdHost, isAnonymous } = rules;
  if (isAnonymous && host !== undefined && !EVERY_ADDRESS.has(feederdHost)) {
    const name = urlOf(host)?.hostname;
    if (name === undefined || !(LOOPBACK.test(name) || name === urlOf(feederdHost)?.hostname)) {
      throw new NommerError(
        'FORBIDDEN',
        // Without what may be before it in a URL: a token.
        `Host is neither this machine nor FEEDERD_HOST; received ${received(host.replace(/^.*@/su, ''))}`,
      );
    }
  }
  if (origin === undefined) return;
  const page = URL.parse(origin);
  if (page === null || host === undefined || page.host !== urlOf(host, page.protocol)?.host) {
    throw new NommerError(
      'FORBIDDEN',
      `A web page of another origin may not call; received ${received(origin)}`,
    );
  }
}

/** Through the URL parser, so that both sides lose default ports and have one spelling. */
function urlOf(host: string, protocol = 'http:'): URL | null {
  const bracketed = host.includes('::') && !host.startsWith('[') ? `[${host}]` : host;
  return URL.parse(`${protocol}//${bracketed}`);
}
