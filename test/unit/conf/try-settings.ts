import { expect } from 'vitest';
import { parseSettings } from '../../../src/conf/parse-settings.ts';
import type { Settings } from '../../../src/conf/settings.ts';

type Variables = Readonly<Record<string, string>>;

/** The settings that a nomconf makes in /srv/nommer. */
export function parse(nomconf: Record<string, unknown> = {}, env: Variables = {}): Settings {
  return parseSettings(nomconf, env, '/srv/nommer');
}

/** What BAD_SETTING says of a nomconf. */
export function complaintAbout(nomconf: Record<string, unknown>, env: Variables = {}): string {
  try {
    parse(nomconf, env);
  } catch (thrown) {
    expect(thrown).toMatchObject({ name: 'NommerError', code: 'BAD_SETTING' });
    return (thrown as Error).message;
  }
  throw new Error('the settings were taken');
}
