import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { isErrnoException, NommerError, received, toNommerError } from '../core/errors.ts';

/** Where the files of one installation are. Installations with different directories share nothing. */
export interface DataDir {
  readonly databaseFile: string;
  /** Output of node processes, a file per node. */
  readonly logDir: string;
  /** The file that senders to a queue touch. */
  readonly bellFile: (queue: string) => string;
}

const DATABASE_NAME = 'media-nommer.sqlite';

/** Whether the directory holds an installation already. */
export function hasData(dataDir: string): boolean {
  return existsSync(join(dataDir, DATABASE_NAME));
}

/**
 * Makes the directory (0700) and its data file (0600) where they are missing. What exists keeps its
 * mode: the owner may have chosen it.
 * @throws NommerError UNAVAILABLE, DISK_FULL
 */
export function prepareDataDir(dataDir: string): DataDir {
  const databaseFile = join(dataDir, DATABASE_NAME);
  const logDir = join(dataDir, 'logs');
  try {
    mkdirSync(logDir, { recursive: true, mode: 0o700 });
    createOnce(databaseFile);
    syncDirectory(dataDir);
  } catch (thrown) {
    const { code, message } = toNommerError(thrown, 'UNAVAILABLE');
    throw new NommerError(
      code,
      `The data directory cannot be used: ${message}; received ${received(dataDir)}`,
      { cause: thrown },
    );
  }
  return { databaseFile, logDir, bellFile: (queue) => join(dataDir, `${queue}.bell`) };
}

/**
 * Only ever opens a file that it has just made: closing a descriptor of a file in use would drop the
 * locks that this process's other connections hold on it.
 */
function createOnce(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (thrown) {
    if (!isErrnoException(thrown) || thrown.code !== 'EEXIST') throw thrown;
  }
}

/** So that a power cut cannot take the name of a file whose content is safe. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
