import { NommerError, received } from '../core/errors.ts';

const LIST_OF = { open: 'o', recent: 'r' } as const;

/** A job list's cursor: which list it belongs to, and the last job that was given out. */
export function encodeJobCursor(list: keyof typeof LIST_OF, sequence: number): string {
  return Buffer.from(`${LIST_OF[list]}${sequence}`).toString('base64url');
}

/** @throws NommerError BADINPUT when `cursor` did not come from `encodeJobCursor` for this list */
export function decodeJobCursor(list: keyof typeof LIST_OF, cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  const sequence = Number(text.slice(1));
  if (!Number.isSafeInteger(sequence) || encodeJobCursor(list, sequence) !== cursor) {
    throw new NommerError(
      'BADINPUT',
      `cursor is not one that the previous page gave; received ${received(cursor)}`,
    );
  }
  return sequence;
}
