import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { NommerError } from '../core/errors.ts';
import { isOpen, type EncodingJob } from '../core/job.ts';
import { parseStoredJob } from '../core/stored-job.ts';
import { JobUnreadable } from '../core/unreadable-job.ts';

export type Item = Record<string, AttributeValue>;

/** A longer body is compressed: a write costs by the kilobyte. */
const PLAIN_BODY_BYTES = 16 * 1024;
/** What DynamoDB takes, names of attributes included. */
const MAX_ITEM_BYTES = 400 * 1024;
/** No job is longer; what claims to be is not ours. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;
/** Room in the size for what DynamoDB counts beside names and values. */
const OVERHEAD_BYTES = 256;

/** Open jobs are spread over so many keys, because one key takes only so many writes a second. */
export const OPEN_SHARDS = ['0', '1', '2', '3'] as const;

/** A job is kept as JSON, beside what the indexes look for. */
export async function toJobItem(job: EncodingJob): Promise<Item> {
  const { uniqueId, version, jobState, createdAt } = job;
  const body = Buffer.from(JSON.stringify(job));
  const item: Item = {
    unique_id: { S: uniqueId },
    version: { N: String(version) },
    job_state: { S: jobState },
    created: { S: createdKey(job) },
    day: { S: dayOf(createdAt) },
    ...(isOpen(job) && { open_shard: { S: openShard(uniqueId) } }),
    body:
      body.length > PLAIN_BODY_BYTES
        ? { B: await promisify(gzip)(body) }
        : { S: body.toString('utf8') },
  };
  const size = itemBytes(item);
  if (size > MAX_ITEM_BYTES) {
    throw new NommerError(
      'TOO_LARGE',
      `Job ${uniqueId} takes ${size} bytes, compressed; the job store takes ${MAX_ITEM_BYTES}`,
    );
  }
  return item;
}

/** @throws JobUnreadable when the item is no job */
export async function fromJobItem(item: Item): Promise<EncodingJob> {
  const uniqueId = item['unique_id']?.S ?? '';
  return parseStoredJob(await bodyOf(item, uniqueId), uniqueId);
}

async function bodyOf(item: Item, uniqueId: string): Promise<string> {
  const { S: plain, B: packed } = item['body'] ?? {};
  if (packed === undefined) return plain ?? '';
  try {
    const body = await promisify(gunzip)(packed, { maxOutputLength: MAX_BODY_BYTES });
    return body.toString('utf8');
  } catch {
    throw new JobUnreadable(uniqueId, 'it cannot be decompressed');
  }
}

/** Sorts by time of creation, and no two jobs have the same. */
function createdKey({ createdAt, uniqueId }: EncodingJob): string {
  return `${String(createdAt).padStart(15, '0')}#${uniqueId}`;
}

/** The day of a time, in UTC: 2026-11-24. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** How long the job's body is in the table. */
export function bodyBytes(item: Item): number {
  const { S: plain, B: packed } = item['body'] ?? {};
  return packed?.length ?? plain?.length ?? 0;
}

function openShard(uniqueId: string): string {
  const byte = createHash('sha256').update(uniqueId).digest().readUInt8();
  return String(byte % OPEN_SHARDS.length);
}

function itemBytes(item: Item): number {
  let bytes = OVERHEAD_BYTES;
  for (const [name, { S: text, N: number, B: binary }] of Object.entries(item)) {
    bytes += name.length + Buffer.byteLength(text ?? number ?? '') + (binary?.length ?? 0);
  }
  return bytes;
}
