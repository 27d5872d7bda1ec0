import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiToken } from '../../conf/api-tokens.ts';

/** @returns what finds the token that somebody shows, in a time that tells nothing of those there are */
export function tokenFinder(tokens: readonly ApiToken[]): (given: string) => ApiToken | undefined {
  const known = tokens.map((token) => ({ token, hash: Buffer.from(token.sha256, 'hex') }));
  return (given) => {
    const hash = createHash('sha256').update(given).digest();
    // All are compared, whichever it is.
    return known.filter((each) => timingSafeEqual(each.hash, hash))[0]?.token;
  };
}
