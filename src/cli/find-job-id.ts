import type { Client } from '../client/client.ts';
import { NommerError, received } from '../core/errors.ts';

/** Ids have 32 hexadecimal digits, or 64 when they come from an idempotency key. */
const FULL_LENGTHS: ReadonlySet<number> = new Set([32, 64]);
const MIN_LENGTH = 4;
const PAGE = 200;
const MAX_PAGES = 250;
/** So many digits are nobody else's: no need to look through all jobs. */
const UNIQUE_LENGTH = 12;

/**
 * The full id for what somebody typed: the first digits of a recent job's id are enough where no other
 * job's begins so.
 * @throws NommerError UNKNOWN_JOB, BADINPUT
 */
export async function findJobId(given: string, client: Client): Promise<string> {
  if (FULL_LENGTHS.has(given.length) || given.length < MIN_LENGTH) return given;
  const found = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { jobs, cursor: next } = await client.list({ limit: PAGE, cursor });
    for (const { unique_id: id } of jobs) if (id.startsWith(given)) found.add(id);
    cursor = next;
    if (cursor === undefined || (found.size > 0 && given.length >= UNIQUE_LENGTH)) break;
  }
  const [id, ...others] = found;
  if (id === undefined) {
    throw new NommerError(
      'UNKNOWN_JOB',
      `No recent job's id begins so; received ${received(given)}`,
    );
  }
  if (others.length === 0) return id;
  throw new NommerError(
    'BADINPUT',
    `${found.size} jobs' ids begin so, give more of it; received ${received(given)}`,
  );
}
