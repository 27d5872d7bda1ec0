import { isDeepStrictEqual } from 'node:util';
import { readVariable } from './read-variable.ts';
import type { Setting } from './setting.ts';

/** Where the value of a setting came from. */
export type Origin = 'default' | 'nomconf' | 'environment';

/** Environment variables, as Node has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What settings are made of. Relative paths count from where they are written. */
export interface Sources {
  readonly nomconf: Readonly<Record<string, unknown>>;
  /** Absolute. */
  readonly nomconfDir: string;
  readonly env: Variables;
  /** Absolute. */
  readonly cwd: string;
}

/** A value that somebody has set, not checked yet. */
export interface Given {
  /** The name by which it was set. */
  readonly name: string;
  readonly value: unknown;
  readonly origin: Origin;
  /** Where relative paths in it count from. */
  readonly baseDir: string;
}

/** Looks a setting up under all its names, in the environment first. Adds to `problems`. */
export function findGiven(
  name: string,
  setting: Setting,
  { nomconf, nomconfDir, env, cwd }: Sources,
  problems: string[],
): Given | undefined {
  const names = [name, ...setting.aliases];
  const inEnv = names.flatMap((each): Given[] => {
    const text = env[each];
    if (text === undefined || text === '') return [];
    const value = readVariable(text, setting.kind.form);
    return [{ name: each, value, origin: 'environment', baseDir: cwd }];
  });
  const inNomconf = names.flatMap((each): Given[] => {
    const value = nomconf[each];
    if (value === undefined || value === null) return [];
    return [{ name: each, value, origin: 'nomconf', baseDir: nomconfDir }];
  });
  problems.push(...differing(inEnv), ...differing(inNomconf));
  return inEnv[0] ?? inNomconf[0];
}

/** The same setting under its old and its new name, and not with the same value. */
function differing([first, ...others]: readonly Given[]): readonly string[] {
  return others
    .filter(({ value }) => !isDeepStrictEqual(value, first?.value))
    .map(
      ({ name }) =>
        `${name} is the old name of ${first?.name}, and they differ; give only ${first?.name}`,
    );
}
