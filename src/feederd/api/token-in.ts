/** Longer than any token; what is hashed for whoever calls has an end. */
const MAX_LENGTH = 1024;

/**
 * The token that a request shows in its Authorization: `Bearer TOKEN`, or `Basic` with the token as the
 * password or, without one, as the user. That is what becomes of `http://:TOKEN@host:8001`.
 * @returns undefined where there is none, or none that can be read
 */
export function tokenIn(authorization: string | undefined): string | undefined {
  const [, scheme, value = ''] = /^(bearer|basic) +(\S+) *$/i.exec(authorization ?? '') ?? [];
  const token = scheme?.toLowerCase() === 'basic' ? tokenInBasic(value) : value;
  return token === '' || token.length > MAX_LENGTH ? undefined : token;
}

function tokenInBasic(base64: string): string {
  const [user = '', ...password] = Buffer.from(base64, 'base64').toString('utf8').split(':');
  return password.join(':') || user;
}
