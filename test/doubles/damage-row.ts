import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Has a local place keep `text` in the place of a job. */
export function damageRow(dataDir: string, uniqueId: string, text: string): void {
  const database = new DatabaseSync(join(dataDir, 'media-nommer.sqlite'));
  try {
    database.prepare('UPDATE jobs SET body = ? WHERE unique_id = ?').run(text, uniqueId);
  } finally {
    database.close();
  }
}
