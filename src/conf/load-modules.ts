import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NommerError, received } from '../core/errors.ts';

/** A setting that names modules of the user's own: NOMMERS, STORAGE_BACKENDS. */
export interface ModulesSetting {
  readonly setting: string;
  /** Name → module, as a path or a package. */
  readonly modules: Readonly<Record<string, string>>;
  /** What a module may export its thing as, besides the name itself and `default`. */
  readonly exportedAs: string;
  /** What the thing must be able to do. */
  readonly methods: readonly string[];
}

/**
 * Loads what a setting's modules export: an instance, or a class that is constructed without
 * parameters.
 * @param baseDir where relative paths and packages are looked for
 * @throws NommerError BAD_SETTING
 */
export async function loadModules<Thing>(
  setting: ModulesSetting,
  baseDir: string = process.cwd(),
): Promise<ReadonlyMap<string, Thing>> {
  const entries = Object.entries(setting.modules).map(
    async ([name, specifier]) =>
      [name, (await loadOne(setting, name, specifier, baseDir)) as Thing] as const,
  );
  return new Map(await Promise.all(entries));
}

async function loadOne(
  { setting, exportedAs, methods }: ModulesSetting,
  name: string,
  specifier: string,
  baseDir: string,
): Promise<object> {
  const bad = (why: string, cause?: unknown) =>
    new NommerError('BAD_SETTING', `${setting}.${name} ${why}; received ${received(specifier)}`, {
      cause,
    });

  let module: Record<string, unknown>;
  try {
    module = (await import(locate(specifier, baseDir))) as Record<string, unknown>;
  } catch (thrown: unknown) {
    throw bad(`cannot be loaded (${firstLine(thrown)})`, thrown);
  }
  const exported = [name, exportedAs, 'default']
    .map((key) => module[key])
    .find((one) => one !== undefined);
  if (exported === undefined) {
    throw bad(`exports neither "${name}" nor "${exportedAs}" nor a default`);
  }
  let thing: unknown = exported;
  try {
    if (isClass(exported)) thing = new exported();
  } catch (thrown: unknown) {
    throw bad(`cannot be constructed without parameters (${firstLine(thrown)})`, thrown);
  }
  if (typeof thing !== 'object' || thing === null)
    throw bad('exports neither an object nor a class');
  const missing = methods.find((method) => !hasMethod(thing, method));
  if (missing !== undefined) throw bad(`exports something that has no method ${missing}`);
  return thing;
}

function locate(specifier: string, baseDir: string): string {
  if (specifier.startsWith('.') || isAbsolute(specifier)) {
    return pathToFileURL(resolve(baseDir, specifier)).href;
  }
  try {
    // The package belongs to the user's project, not to this one.
    return pathToFileURL(createRequire(join(baseDir, 'nomconf.js')).resolve(specifier)).href;
  } catch {
    // Packages for `import` only are not found that way; Node's own look-up may find them.
    return specifier;
  }
}

function isClass(value: unknown): value is new () => unknown {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

function hasMethod(thing: object, method: string): boolean {
  return method in thing && typeof (thing as Record<string, unknown>)[method] === 'function';
}

function firstLine(thrown: unknown): string {
  return String(thrown instanceof Error ? thrown.message : thrown).split('\n', 1)[0] ?? '';
}
