import { NommerError, toNommerError } from '../core/errors.ts';

/** SQLite's primary result codes, from its documentation. */
const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
const SQLITE_UNREACHABLE = new Map([
  [3, 'access to it was refused'],
  [SQLITE_BUSY, 'another process kept it locked'],
  [6, 'it was locked'],
  [8, 'it is read-only'],
  [10, 'reading or writing it failed'],
  [11, 'it is damaged'],
  [14, 'it cannot be opened'],
  [15, 'its locks failed'],
  [26, 'it is not an SQLite database'],
]);

/** Whether another process has the file locked just now. */
export function isBusy(thrown: unknown): boolean {
  return primaryCode(thrown) === SQLITE_BUSY;
}

/** Turns what node:sqlite throws into a `NommerError`: UNAVAILABLE or DISK_FULL, else INTERNAL. */
export function fromSqlite(thrown: unknown): NommerError {
  const code = primaryCode(thrown);
  if (code === undefined || !(thrown instanceof Error)) return toNommerError(thrown);
  if (code === SQLITE_FULL) {
    return new NommerError('DISK_FULL', 'The disk has no room for the data file', {
      cause: thrown,
    });
  }
  const why = SQLITE_UNREACHABLE.get(code);
  if (why === undefined) return toNommerError(thrown);
  return new NommerError(
    'UNAVAILABLE',
    `The data file cannot be used: ${why} (${thrown.message})`,
    {
      cause: thrown,
    },
  );
}

/** The low byte of an extended result code; undefined for anything that SQLite did not say. */
function primaryCode(thrown: unknown): number | undefined {
  return thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number'
    ? thrown.errcode & 0xff
    : undefined;
}
