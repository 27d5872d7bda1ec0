import { DatabaseSync } from 'node:sqlite';
import { NommerError } from '../core/errors.ts';
import { SCHEMA_STEPS } from './schema.ts';
import { SharedDatabase } from './shared-database.ts';
import { whenFree } from './when-free.ts';

/**
 * Opens the data file, which exists, and brings its tables up to date.
 * @throws NommerError UNAVAILABLE, also when a newer media-nommer has written the file; DISK_FULL
 */
export async function openDatabase(file: string): Promise<SharedDatabase> {
  // Waiting for locks is `whenFree`'s business.
  const connection = await whenFree(() => new DatabaseSync(file, { timeout: 0 }));
  try {
    for (const pragma of [
      'journal_mode = WAL',
      // What was committed survives a power cut, on macOS too.
      'synchronous = FULL',
      'fullfsync = ON',
      'temp_store = MEMORY',
      'journal_size_limit = 16777216',
    ]) {
      await whenFree(() => connection.exec(`PRAGMA ${pragma}`));
    }
    await whenFree(() => bringUpToDate(connection));
    return new SharedDatabase(connection);
  } catch (thrown) {
    connection.close();
    throw thrown;
  }
}

function bringUpToDate(connection: DatabaseSync): void {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const version = Number(connection.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version > SCHEMA_STEPS.length) {
      throw new NommerError(
        'UNAVAILABLE',
        `The data file was written by a newer media-nommer: it has schema ${version}, this one knows ${SCHEMA_STEPS.length}`,
        { retryable: false },
      );
    }
    for (const step of SCHEMA_STEPS.slice(version)) connection.exec(step);
    connection.exec(`PRAGMA user_version = ${SCHEMA_STEPS.length}`);
    connection.exec('COMMIT');
  } catch (thrown) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw thrown;
  }
}
