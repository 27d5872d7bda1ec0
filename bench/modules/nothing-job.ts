import { join } from 'node:path';

const MODULE = join(import.meta.dirname, 'nothing.ts');

/** Settings with which nodes know jobs that do nothing. */
export const NOTHING_SETTINGS = {
  NOMMERS: JSON.stringify({ Nothing: MODULE }),
  STORAGE_BACKENDS: JSON.stringify({ nothing: MODULE }),
  LOG_LEVEL: 'warn',
};

/** A job that does nothing. @param note the file to note its start in */
export function nothingJob({ note = 'in', seconds = 0 }: { note?: string; seconds?: number } = {}) {
  return {
    source_path: `nothing://${note}`,
    dest_path: 'nothing://out',
    job_options: { nommer: 'Nothing', options: { seconds } },
  };
}
