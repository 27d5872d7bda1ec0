import { availableParallelism } from 'node:os';
import type { ZodError } from 'zod';
import { NommerError, received } from '../core/errors.ts';
import { checkSettings } from './check-settings.ts';
import { deepFreeze } from './deep-freeze.ts';
import { findGiven, type Given, type Origin, type Sources } from './find-given.ts';
import { nearestSetting } from './nearest-setting.ts';
import type { Setting, Surroundings } from './setting.ts';
import { IGNORED_SETTINGS, SETTINGS, type Settings } from './settings.ts';
import { withoutTemporaryKeys } from './temporary-keys.ts';

export interface ReadSettings {
  readonly settings: Settings;
  /** By the name of the setting. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/**
 * Makes settings of a nomconf and the environment, which overrides it.
 * @throws NommerError BAD_SETTING, which tells everything that is wrong
 */
export function readSettings(given: Sources): ReadSettings {
  const sources = withoutTemporaryKeys(given);
  const problems = unknownNames(sources.nomconf);
  const values: Record<string, unknown> = {};
  const origins = new Map<string, Origin>();

  for (const [name, setting] of SETTINGS) {
    const found = findGiven(name, setting, sources, problems);
    origins.set(name, found?.origin ?? 'default');
    if (found !== undefined) values[setting.key] = checked(found, setting, problems);
  }
  const surroundings: Surroundings = {
    backend: values['backend'] === 'aws' ? 'aws' : 'local',
    cwd: sources.cwd,
    cores: availableParallelism(),
    awsEndpoint: values['awsEndpoint'] as string | undefined,
  };
  for (const [name, setting] of SETTINGS) {
    if (origins.get(name) !== 'default') continue;
    if (setting.requiredIn === surroundings.backend) {
      problems.push(`${name} must be given in ${setting.requiredIn}; received nothing`);
    }
    values[setting.key] = setting.defaultIn(surroundings);
  }
  complain(problems);

  const settings = deepFreeze(values) as unknown as Settings;
  complain(checkSettings(settings));
  return { settings, origins };
}

function unknownNames(nomconf: Sources['nomconf']): string[] {
  const known = new Set([...SETTINGS].flatMap(([name, { aliases }]) => [name, ...aliases]));
  return Object.keys(nomconf)
    .filter((name) => !known.has(name) && !IGNORED_SETTINGS.has(name))
    .map((name) => {
      const nearest = nearestSetting(name);
      const advice = nearest === undefined ? '' : `; did you mean ${nearest}?`;
      return `There is no setting ${name}${advice}`;
    });
}

function checked({ name, value, baseDir }: Given, setting: Setting, problems: string[]): unknown {
  const { kind } = setting;
  const parsed = kind.schema.safeParse(value);
  if (parsed.success) return kind.resolvePaths?.(parsed.data, baseDir) ?? parsed.data;

  const shown = setting.secret ? `a ${typeof value} that is not shown here` : received(value);
  problems.push(`${name} must be ${kind.expects}${placeOf(parsed.error)}; received ${shown}`);
  return undefined;
}

/** Where in a list or an object the first mistake is. */
function placeOf(error: ZodError): string {
  const path = error.issues[0]?.path ?? [];
  return path.length === 0 ? '' : ` (see its ${path.map((step) => String(step)).join('.')})`;
}

function complain(problems: readonly string[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const message =
    problems.length === 1
      ? first
      : [`${problems.length} settings are wrong:`, ...problems].join('\n- ');
  throw new NommerError('BAD_SETTING', message);
}
