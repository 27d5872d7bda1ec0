import type { Sources } from './find-given.ts';

const KEY_NAMES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;

/**
 * Temporary credentials in the environment (SSO, an assumed role) consist of three parts, of which the
 * settings know two. So they are left to the SDK, which takes all three from the environment itself.
 */
export function withoutTemporaryKeys(sources: Sources): Sources {
  if (!sources.env['AWS_SESSION_TOKEN'] || !sources.env['AWS_ACCESS_KEY_ID']) return sources;
  const nomconf = { ...sources.nomconf };
  const env = { ...sources.env };
  for (const name of KEY_NAMES) {
    delete nomconf[name];
    delete env[name];
  }
  return { ...sources, nomconf, env };
}
