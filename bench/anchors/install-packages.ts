import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Skipped } from '../figure.ts';

const run = promisify(execFile);
const BENCH = join(import.meta.dirname, '..');
const NAMES = ['bullmq', 'graphile-worker'] as const;

let installing: Promise<unknown> | undefined;

/** Installs what bench/package.json names, once. @throws Skipped where that cannot be had */
export async function installPackages(): Promise<void> {
  installing ??= install();
  await installing;
}

async function install(): Promise<void> {
  if (NAMES.every((name) => existsSync(join(BENCH, 'node_modules', name)))) return;
  try {
    await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: BENCH });
  } catch (thrown: unknown) {
    throw new Skipped(`npm cannot install bench/package.json (${firstLine(thrown)})`);
  }
}

/** Of those that are installed. */
export async function packageVersions(): Promise<Readonly<Record<string, string>>> {
  const versions: Record<string, string> = {};
  for (const name of NAMES) {
    const file = join(BENCH, 'node_modules', name, 'package.json');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) versions[name] = (JSON.parse(text) as { version: string }).version;
  }
  return versions;
}

function firstLine(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n', 2).join(' ');
}
