import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NommerError, received } from '../core/errors.ts';
import type { Variables } from './find-given.ts';
import { readSettings, type ReadSettings } from './read-settings.ts';
import type { Settings } from './settings.ts';

/** Where a nomconf is looked for in the working directory, in this order. */
const FILE_NAMES = ['nomconf.ts', 'nomconf.js', 'nomconf.mjs', 'nomconf.json'] as const;

export interface LoadOptions {
  /** What `--config` said. */
  readonly configPath?: string | undefined;
  /** Default: the process's own. */
  readonly cwd?: string;
  /** Default: the process's own. */
  readonly env?: Variables;
  /**
   * Where a nomconf comes from when none is here and BACKEND is aws.
   * @param bootstrap what the environment alone makes, enough to reach it
   */
  readonly fetchNomconf?: (bootstrap: Settings) => Promise<Readonly<Record<string, unknown>>>;
}

export interface LoadedNomconf extends ReadSettings {
  /** The nomconf's absolute path; null where there is none. */
  readonly source: string | null;
}

/**
 * Reads the nomconf at `configPath`, else at NOMCONF, else in the working directory, else none: then
 * the defaults serve. The only reader of settings from the environment.
 * @throws NommerError BAD_SETTING, which tells the file and everything that is wrong
 */
export async function loadNomconf(options: LoadOptions = {}): Promise<LoadedNomconf> {
  const { cwd = process.cwd(), env = process.env } = options;
  const source = findNomconf(options.configPath, cwd, env);
  try {
    const nomconf =
      source === null ? await elsewhere(options, { cwd, env }) : await importNomconf(source);
    const nomconfDir = source === null ? cwd : dirname(source);
    return { ...readSettings({ nomconf, nomconfDir, env, cwd }), source };
  } catch (thrown) {
    if (source === null) throw thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    throw new NommerError('BAD_SETTING', `${source}: ${message}`, { cause: thrown });
  }
}

async function elsewhere(
  { fetchNomconf }: LoadOptions,
  { cwd, env }: { cwd: string; env: Variables },
): Promise<Readonly<Record<string, unknown>>> {
  if (fetchNomconf === undefined || env['BACKEND'] !== 'aws') return {};
  // Whoever fetches its settings launches nothing: the image of the nodes need not be known yet.
  const nomconf = { FEEDERD_ALLOW_EC2_LAUNCHES: false };
  return await fetchNomconf(readSettings({ nomconf, nomconfDir: cwd, env, cwd }).settings);
}

function findNomconf(configPath: string | undefined, cwd: string, env: Variables): string | null {
  const asked = configPath ?? (env['NOMCONF'] || undefined);
  if (asked === undefined) {
    return FILE_NAMES.map((name) => resolve(cwd, name)).find((path) => existsSync(path)) ?? null;
  }
  const path = resolve(cwd, asked);
  const by = configPath === undefined ? 'NOMCONF' : '--config';
  if (!/^\.([mc]?[jt]s|json)$/.test(extname(path))) {
    throw new NommerError(
      'BAD_SETTING',
      `${by} must name a .ts, .js, .mjs or .json file; received ${received(asked)}`,
    );
  }
  if (!existsSync(path)) {
    throw new NommerError('BAD_SETTING', `${by} names a file that is not there; received ${path}`);
  }
  return path;
}

async function importNomconf(path: string): Promise<Readonly<Record<string, unknown>>> {
  const nomconf = path.endsWith('.json') ? await readJson(path) : await importModule(path);
  if (typeof nomconf !== 'object' || nomconf === null || Array.isArray(nomconf)) {
    throw new NommerError(
      'BAD_SETTING',
      `must hold an object of settings (export default defineNomconf({ … })); received ${received(nomconf)}`,
    );
  }
  return nomconf as Readonly<Record<string, unknown>>;
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}

async function importModule(path: string): Promise<unknown> {
  const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  return module.default;
}
