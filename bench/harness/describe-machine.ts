import { execFile } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { findPostgres } from '../anchors/start-postgres.ts';
import { packageVersions } from '../anchors/install-packages.ts';

const run = promisify(execFile);

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Processes that wanted a core on average in the minute before: over 0, others were at work, too. */
  readonly load: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** What the figures were measured on. Programs that are not there are left out. */
export async function describeMachine(): Promise<Machine> {
  const postgres = await findPostgres();
  const versions = {
    Linux: release(),
    node: process.versions.node,
    ffmpeg: await versionOf('ffmpeg', ['-version'], /version (\S+)/),
    bubblewrap: await versionOf('bwrap', ['--version'], /(\d\S+)/),
    'redis-server': await versionOf('redis-server', ['--version'], /v=(\S+)/),
    postgres: postgres && (await versionOf(postgres.server, ['--version'], /(\d[\d.]+)/)),
    ...(await packageVersions()),
  };
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: loadavg()[0] ?? 0,
    versions: Object.fromEntries(
      Object.entries(versions).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  };
}

export function machineText({ processor, cores, memoryGiB, load, versions }: Machine): string {
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${cores} × ${processor}, ${memoryGiB} GiB, load ${load.toFixed(2)} at the start; ${programs.join(', ')}`;
}

async function versionOf(
  program: string,
  args: readonly string[],
  pattern: RegExp,
): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, [...args]);
    return pattern.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}
