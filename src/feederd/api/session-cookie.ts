/** A request, as far as its cookies go. */
export interface CookieBearer {
  readonly method: string;
  /** By which the browser came, a trusted proxy's word included. */
  readonly protocol: string;
  readonly headers: {
    readonly cookie?: string | undefined;
    readonly 'sec-fetch-site'?: string | string[] | undefined;
  };
}

/**
 * The token that the page's session cookie holds; undefined where there is none. A browser sends the
 * cookie along with whatever a page asks for, so it counts only when that page may be ours: by
 * SameSite=Strict no foreign site's request has it, and with what browsers say of a request's origin none
 * of another port or a sibling domain either.
 */
export function tokenInCookie({ protocol, headers }: CookieBearer): string | undefined {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return undefined;
  const start = `${nameFor(protocol)}=`;
  const pair = headers.cookie?.split(/; */).find((each) => each.startsWith(start));
  return pair === undefined ? undefined : decode(pair.slice(start.length));
}

/** `Set-Cookie` that keeps a token until the browser ends. Scripts cannot read it. */
export function sessionCookie(token: string, protocol: string): string {
  return `${nameFor(protocol)}=${encodeURIComponent(token)}; ${attributesFor(protocol)}`;
}

/** `Set-Cookie` that ends a session. */
export function endOfSession(protocol: string): string {
  return `${nameFor(protocol)}=; Max-Age=0; ${attributesFor(protocol)}`;
}

/** By https only a site of this very name can set it. */
function nameFor(protocol: string): string {
  return protocol === 'https' ? '__Host-media-nommer' : 'media-nommer';
}

function attributesFor(protocol: string): string {
  return `Path=/; HttpOnly; SameSite=Strict${protocol === 'https' ? '; Secure' : ''}`;
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value) || undefined;
  } catch {
    return undefined;
  }
}
