import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { JOB_INDEXES } from '../../src/aws/table-definitions.ts';
import type { Units } from './call-counter.ts';

/** As on the wire: binaries in base64. */
type WireValue = {
  readonly [Type in keyof AttributeValue]: Type extends 'B' ? string : AttributeValue[Type];
};
type WireItem = Readonly<Record<string, WireValue>>;

interface WireRequest {
  readonly TableName?: string;
  readonly Item?: WireItem;
  readonly Key?: WireItem;
  readonly ConsistentRead?: boolean;
  readonly RequestItems?: Readonly<Record<string, { Keys?: unknown[]; ConsistentRead?: boolean }>>;
}

interface WireAnswer {
  readonly __type?: string;
  readonly Item?: WireItem;
  readonly Items?: readonly WireItem[];
  readonly Responses?: Readonly<Record<string, readonly WireItem[]>>;
}

const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;
const NOTHING: Units = { write: 0, read: 0 };

/**
 * What DynamoDB would charge for the requests that pass, by its documented rules (developer guide, "DynamoDB
 * read and write operations" and "Global secondary indexes"): dynalite counts neither the indexes nor what
 * fails. Calls on the tables themselves are free.
 */
export class CapacityMeter {
  /** The items as they are stored: what a write costs depends on what it replaces. */
  readonly #items = new Map<string, WireItem>();

  units(operation: string, requestBody: Buffer, answerBody: Buffer): Units {
    const request = JSON.parse(requestBody.toString()) as WireRequest;
    const answer = JSON.parse(answerBody.toString()) as WireAnswer;
    switch (operation) {
      case 'GetItem':
        return reading(blocks(bytesOf(answer.Item), READ_UNIT_BYTES), request);
      case 'BatchGetItem':
        return batchReading(request, answer);
      case 'Query':
      case 'Scan':
        return reading(blocks(sum((answer.Items ?? []).map(bytesOf)), READ_UNIT_BYTES), request);
      case 'PutItem':
        return this.#replace(request, request.Item, answer);
      case 'DeleteItem':
        return this.#replace(request, undefined, answer);
      case 'UpdateItem':
        // Of the calendar only: a set of days, far below a kilobyte and in no index.
        return { write: 1, read: 0 };
      default:
        return NOTHING;
    }
  }

  #replace(request: WireRequest, item: WireItem | undefined, answer: WireAnswer): Units {
    const key = `${request.TableName}/${keyOf(item ?? request.Key)}`;
    const before = this.#items.get(key);
    const { __type: problem } = answer;
    if (problem !== undefined) {
      // A condition that does not hold costs what the write would have.
      const isPaid = problem.endsWith('ConditionalCheckFailedException');
      return isPaid ? { write: blocks(bytesOf(before), WRITE_UNIT_BYTES), read: 0 } : NOTHING;
    }
    if (item === undefined) this.#items.delete(key);
    else this.#items.set(key, item);
    const larger = Math.max(bytesOf(before), bytesOf(item));
    return { write: blocks(larger, WRITE_UNIT_BYTES) + indexWrites(before, item), read: 0 };
  }
}

function reading(units: number, { ConsistentRead }: { ConsistentRead?: boolean }): Units {
  return { write: 0, read: ConsistentRead === true ? units : units / 2 };
}

/** As many single reads; one that finds nothing costs like the smallest. */
function batchReading({ RequestItems = {} }: WireRequest, { Responses = {} }: WireAnswer): Units {
  const perTable = Object.entries(RequestItems).map(([table, request]) => {
    const found = Responses[table] ?? [];
    const missing = (request.Keys?.length ?? 0) - found.length;
    const units = sum(found.map((item) => blocks(bytesOf(item), READ_UNIT_BYTES)));
    return reading(units + missing, request).read;
  });
  return { write: 0, read: sum(perTable) };
}

/** A new entry, or the end of one, is a write to its index; other keys are both. Entries are keys alone. */
function indexWrites(before: WireItem | undefined, after: WireItem | undefined): number {
  const perIndex = Object.values(JOB_INDEXES).map(({ hash }) => {
    const [old, now] = [entryOf(before, hash), entryOf(after, hash)];
    if (old === now) return 0;
    return (old === undefined ? 0 : 1) + (now === undefined ? 0 : 1);
  });
  return sum(perIndex);
}

function entryOf(item: WireItem | undefined, hash: string): string | undefined {
  const [partition, created] = [item?.[hash]?.S, item?.['created']?.S];
  return partition === undefined || created === undefined ? undefined : `${partition}/${created}`;
}

function keyOf(item: WireItem | undefined): string {
  return item?.['unique_id']?.S ?? item?.['node_id']?.S ?? '';
}

/** Whole units; the least that is charged is one. */
function blocks(bytes: number, unitBytes: number): number {
  return Math.max(1, Math.ceil(bytes / unitBytes));
}

/** Developer guide, "DynamoDB item sizes and formats": names and values, of the types that are in use here. */
function bytesOf(item: WireItem | undefined): number {
  const sizes = Object.entries(item ?? {}).map(([name, { S, N, B }]) => {
    const value = B === undefined ? Buffer.byteLength(S ?? '') : Buffer.byteLength(B, 'base64');
    return Buffer.byteLength(name) + value + (N === undefined ? 0 : Math.ceil(N.length / 2) + 1);
  });
  return sum(sizes);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
