import type { Access } from '../access.ts';

/** The ways to show a token. */
export const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'One of API_TOKENS.' },
  basic: {
    type: 'http',
    scheme: 'basic',
    description: 'The token as the password, as in `http://:TOKEN@host:8001`, or as the user.',
  },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'media-nommer',
    description: 'What `POST /session` has set, for web pages. By https: `__Host-media-nommer`.',
  },
} as const;

/** Any one of these will do. Roles are the scopes that a token needs. */
export function securityOf(access: Access): readonly Readonly<Record<string, readonly string[]>>[] {
  if (access === 'open') return [];
  const roles = access.length === 0 ? [[]] : access.map((scope) => [scope]);
  return Object.keys(SECURITY_SCHEMES).flatMap((scheme) =>
    roles.map((role) => ({ [scheme]: role })),
  );
}
