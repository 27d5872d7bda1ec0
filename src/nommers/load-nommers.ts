import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NommerError, received } from '../core/errors.ts';
import type { Nommer } from '../core/nommer.ts';
import { FFMPEG_NOMMER } from '../core/nommer-names.ts';
import { FFmpegNommer } from './ffmpeg/ffmpeg-nommer.ts';

export interface NommerSettings {
  /** Nommers of the user's own: name → module, as a path or a package. */
  readonly nommers: Readonly<Record<string, string>>;
  /** A path, or a name to look up in PATH; default `ffmpeg`. */
  readonly ffmpegPath?: string | undefined;
  /** A path, or a name to look up in PATH; default `ffprobe`. */
  readonly ffprobePath?: string | undefined;
  readonly ffmpegStallSeconds: number;
}

/**
 * The nommers of this node by name: FFmpegNommer, and those of NOMMERS, which may also take its place.
 * @param baseDir where relative paths and packages are looked for
 * @throws NommerError BAD_SETTING
 */
export async function loadNommers(
  settings: NommerSettings,
  baseDir: string = process.cwd(),
): Promise<ReadonlyMap<string, Nommer>> {
  const builtIn = new FFmpegNommer({
    ffmpegPath: settings.ffmpegPath ?? 'ffmpeg',
    ffprobePath: settings.ffprobePath ?? 'ffprobe',
    ffmpegStallSeconds: settings.ffmpegStallSeconds,
  });
  const own = await Promise.all(
    Object.entries(settings.nommers).map(
      async ([name, specifier]) => [name, await loadNommer(name, specifier, baseDir)] as const,
    ),
  );
  return new Map<string, Nommer>([[FFMPEG_NOMMER, builtIn], ...own]);
}

async function loadNommer(name: string, specifier: string, baseDir: string): Promise<Nommer> {
  const bad = (why: string, cause?: unknown) =>
    new NommerError('BAD_SETTING', `NOMMERS.${name} ${why}; received ${received(specifier)}`, {
      cause,
    });

  let module: Record<string, unknown>;
  try {
    module = (await import(locate(specifier, baseDir))) as Record<string, unknown>;
  } catch (thrown: unknown) {
    throw bad(`cannot be loaded (${firstLine(thrown)})`, thrown);
  }
  const exported = [name, 'nommer', 'default']
    .map((key) => module[key])
    .find((one) => one !== undefined);
  if (exported === undefined) {
    throw bad(`exports neither "${name}" nor "nommer" nor a default`);
  }
  let nommer: unknown = exported;
  try {
    if (isClass(exported)) nommer = new exported();
  } catch (thrown: unknown) {
    throw bad(`cannot be constructed without parameters (${firstLine(thrown)})`, thrown);
  }
  if (!isNommer(nommer)) throw bad('exports no nommer: it has no method nom');
  return nommer;
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

function isNommer(value: unknown): value is Nommer {
  return (
    typeof value === 'object' && value !== null && 'nom' in value && typeof value.nom === 'function'
  );
}

function firstLine(thrown: unknown): string {
  return String(thrown instanceof Error ? thrown.message : thrown).split('\n', 1)[0] ?? '';
}
