import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Nomconf } from '../../conf/settings.ts';
import { findProcesses } from './find-processes.ts';

/** What one run of the demo has of its own, so that it meets no other one's jobs. */
export interface RunDirectory {
  readonly nomconf: string;
  readonly logFile: string;
  remove(): Promise<void>;
}

const PREFIX = 'run-';

/** Makes the directory of this run, and removes those of runs that have ended. */
export async function openRunDirectory(demoDir: string, settings: Nomconf): Promise<RunDirectory> {
  await mkdir(demoDir, { recursive: true });
  await removeEnded(demoDir);
  const dir = await mkdtemp(join(demoDir, PREFIX));
  const nomconf = nomconfIn(dir);
  await writeFile(nomconf, JSON.stringify({ ...settings, DATA_DIR: dir }, null, 2));
  return {
    nomconf,
    logFile: join(dir, 'feederd.log'),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

async function removeEnded(demoDir: string): Promise<void> {
  for (const name of await readdir(demoDir)) {
    if (!name.startsWith(PREFIX)) continue;
    const dir = join(demoDir, name);
    const isRunning = (await findProcesses(nomconfIn(dir))).length > 0;
    if (!isRunning) await rm(dir, { recursive: true, force: true });
  }
}

function nomconfIn(dir: string): string {
  return join(dir, 'nomconf.json');
}
