import { watch } from 'node:fs';
import { access, constants, mkdtemp, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Settings } from '../../conf/settings.ts';
import { formatSize } from '../../core/format-figures.ts';
import { formatUri } from '../render/format-uri.ts';
import type { Check } from './check.ts';

const LITTLE_SPACE_BYTES = 5e9;
const WATCH_MS = 1000;

/** The folder of the jobs: may it be written, is there room, do changes in it show. */
export async function checkDataDir({ dataDir }: Settings): Promise<readonly Check[]> {
  const existing = await nearestExisting(dataDir);
  const where = formatUri(dataDir) + (existing === dataDir ? '' : ' (will be made)');
  try {
    await access(existing, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(existing);
    const free = bavail * bsize;
    const isLittle = free < LITTLE_SPACE_BYTES;
    const place: Check = {
      name: 'data',
      verdict: isLittle ? 'warning' : 'ok',
      found: `${where}, ${formatSize(free)} free`,
      ...(isLittle && {
        advice: 'Sources and outputs of the jobs in hand have to fit: make room, or set DATA_DIR.',
      }),
    };
    return [place, await checkWatching(existing)];
  } catch (thrown: unknown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const advice = 'Set DATA_DIR to a folder that you may write.';
    return [{ name: 'data', verdict: 'problem', found: `${where}: ${why}`, advice }];
  }
}

/** The folders that file:// URIs may lead into. */
export async function checkFileRoots({ fileRoots, backend }: Settings): Promise<readonly Check[]> {
  if (fileRoots.length === 0) {
    if (backend === 'aws') return [];
    const found = 'FILE_ROOTS is empty: no file:// URI is taken';
    return [{ name: 'files', verdict: 'warning', found }];
  }
  return Promise.all(fileRoots.map(checkRoot));
}

async function checkRoot(root: string): Promise<Check> {
  const isThere = await stat(root).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isThere
    ? { name: 'files', verdict: 'ok', found: `in ${formatUri(root)}` }
    : {
        name: 'files',
        verdict: 'problem',
        found: `no folder: ${formatUri(root)}`,
        advice: 'Make it, or take it out of FILE_ROOTS.',
      };
}

/** Daemons tell each other of new jobs through a file that they watch. */
async function checkWatching(dir: string): Promise<Check> {
  const scratch = await mkdtemp(join(dir, '.media-nommer-doctor-'));
  try {
    const seen = await seesChange(scratch);
    return seen
      ? { name: 'changes', verdict: 'ok', found: 'are seen at once' }
      : {
          name: 'changes',
          verdict: 'warning',
          found: 'in the data folder are not seen (a network file system?)',
          advice: 'Jobs start later than they could: set DATA_DIR to a folder on a local disk.',
        };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function seesChange(dir: string): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const watcher = watch(dir);
      const end = (seen: boolean) => {
        clearTimeout(timer);
        watcher.close();
        resolve(seen);
      };
      const timer = setTimeout(() => end(false), WATCH_MS);
      watcher.once('change', () => end(true));
      watcher.once('error', () => end(false));
      writeFile(join(dir, 'bell'), '').catch(() => end(false));
    } catch {
      // inotify's limits are reached: to watch is refused then, at once.
      resolve(false);
    }
  });
}

async function nearestExisting(path: string): Promise<string> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  return isThere || dirname(path) === path ? path : nearestExisting(dirname(path));
}
