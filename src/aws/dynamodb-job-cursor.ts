import { NommerError, received } from '../core/errors.ts';
import { OPEN_SHARDS } from './job-item.ts';

/** Where a list goes on: after the job with this `created` key, of this shard. */
export type JobCursor =
  | { readonly list: 'open'; readonly shard: number; readonly after: string }
  | { readonly list: 'recent'; readonly before: string };

/** A cursor as it is given out. */
export function encodeJobCursor(cursor: JobCursor): string {
  const fields = cursor.list === 'open' ? ['o', cursor.shard, cursor.after] : ['r', cursor.before];
  return Buffer.from(JSON.stringify(fields)).toString('base64url');
}

/** @throws NommerError BADINPUT when `cursor` did not come from `encodeJobCursor` for this list */
export function decodeJobCursor<List extends JobCursor['list']>(
  list: List,
  cursor: string,
): Extract<JobCursor, { list: List }> {
  const decoded = parse(cursor);
  if (decoded?.list !== list || encodeJobCursor(decoded) !== cursor) {
    throw new NommerError(
      'BADINPUT',
      `cursor is not one that the previous page gave; received ${received(cursor)}`,
    );
  }
  return decoded as Extract<JobCursor, { list: List }>;
}

function parse(cursor: string): JobCursor | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (!Array.isArray(fields)) return undefined;
  const [list, first, second] = fields as unknown[];
  if (list === 'r' && isCreatedKey(first)) return { list: 'recent', before: first };
  if (list === 'o' && isShard(first) && (second === '' || isCreatedKey(second))) {
    return { list: 'open', shard: first, after: second };
  }
  return undefined;
}

function isShard(value: unknown): value is number {
  return typeof value === 'number' && OPEN_SHARDS[value] !== undefined;
}

/** No longer than DynamoDB takes as a sort key; the time is one that is a day. */
function isCreatedKey(value: unknown): value is string {
  return typeof value === 'string' && Buffer.byteLength(value) <= 1024 && /^0\d{14}#/u.test(value);
}
