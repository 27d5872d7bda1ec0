import type { Variables } from './find-given.ts';
import { readSettings } from './read-settings.ts';
import type { Settings } from './settings.ts';

/**
 * The settings that `nomconf` and `env` make, for whoever needs nothing but them.
 * @param cwd absolute; where relative paths count from
 * @throws NommerError BAD_SETTING, which tells everything that is wrong
 */
export function parseSettings(
  nomconf: Readonly<Record<string, unknown>>,
  env: Variables,
  cwd: string,
): Settings {
  return readSettings({ nomconf, nomconfDir: cwd, env, cwd }).settings;
}
