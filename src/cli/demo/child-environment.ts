import { SETTINGS } from '../../conf/settings.ts';

/**
 * This process's environment without any setting in it: the demo's feederd and node take theirs from the
 * demo's nomconf alone, whatever else is set up on this machine.
 */
export function childEnvironment(): NodeJS.ProcessEnv {
  const names = [...SETTINGS].flatMap(([name, { aliases }]) => [name, ...aliases]);
  const settings = new Set(['NOMCONF', ...names]);
  return Object.fromEntries(
    // oxlint-disable-next-line no-restricted-properties -- handed on to a child, nothing is read from it
    Object.entries(process.env).filter(([name]) => !settings.has(name)),
  );
}
