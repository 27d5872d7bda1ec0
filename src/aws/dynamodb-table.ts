import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
  type PutItemCommandInput,
  type QueryCommandInput,
  type ScanCommandInput,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { NommerError } from '../core/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import { awsErrorCode, fromAws } from './aws-error.ts';
import type { Item } from './job-item.ts';

/** What DynamoDB takes in one call. */
const MAX_BATCH_GETS = 100;
const MAX_BATCH_WRITES = 25;
/** Batches in a row of which nothing at all was done: the table is overrun. */
const MAX_VAIN_TRIES = 10;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2000;

export interface DynamodbTableOptions {
  readonly clients: AwsClients;
  readonly table: string;
  /** The hash key, a string; the table has no sort key. */
  readonly key: string;
}

type Without<Input> = Omit<Input, 'TableName'>;

/** The calls on one table: reads are consistent, batches complete, and errors those of the ports. */
export class DynamodbTable {
  readonly #clients: AwsClients;
  readonly #table: string;
  readonly #key: string;

  constructor({ clients, table, key }: DynamodbTableOptions) {
    this.#clients = clients;
    this.#table = table;
    this.#key = key;
  }

  async get(id: string): Promise<Item | undefined> {
    const answer = await this.#call((client, table) =>
      client.send(
        new GetItemCommand({ TableName: table, Key: this.#keyOf(id), ConsistentRead: true }),
      ),
    );
    return answer.Item;
  }

  /** @returns whether the condition held, where one is given */
  async put(item: Item, condition: Omit<Without<PutItemCommandInput>, 'Item'> = {}) {
    return await this.#call(async (client, table) => {
      try {
        await client.send(new PutItemCommand({ TableName: table, Item: item, ...condition }));
        return true;
      } catch (thrown) {
        if (awsErrorCode(thrown) === 'ConditionalCheckFailedException') return false;
        throw thrown;
      }
    });
  }

  async update(id: string, change: Omit<Without<UpdateItemCommandInput>, 'Key'>): Promise<void> {
    await this.#call((client, table) =>
      client.send(new UpdateItemCommand({ TableName: table, Key: this.#keyOf(id), ...change })),
    );
  }

  async delete(id: string): Promise<void> {
    await this.#call((client, table) =>
      client.send(new DeleteItemCommand({ TableName: table, Key: this.#keyOf(id) })),
    );
  }

  /** One page of a query; an index may lag. */
  async query(input: Without<QueryCommandInput>): Promise<{ items: Item[]; last?: Item }> {
    const answer = await this.#call((client, table) =>
      client.send(new QueryCommand({ TableName: table, ...input })),
    );
    const { Items: items = [], LastEvaluatedKey: last } = answer;
    return { items, ...(hasFields(last) && { last }) };
  }

  /** Every item, page after page. */
  async *scan(input: Without<ScanCommandInput> = {}): AsyncGenerator<Item[], void, void> {
    let last: Item | undefined;
    do {
      const start = last === undefined ? {} : { ExclusiveStartKey: last };
      const answer = await this.#call((client, table) =>
        client.send(
          new ScanCommand({ TableName: table, ConsistentRead: true, ...input, ...start }),
        ),
      );
      yield answer.Items ?? [];
      last = hasFields(answer.LastEvaluatedKey) ? answer.LastEvaluatedKey : undefined;
    } while (last !== undefined);
  }

  /** The items with these keys that are there, in this order. */
  async getAll(ids: readonly string[]): Promise<Item[]> {
    const found = new Map<string, Item>();
    await this.#inBatches([...new Set(ids)], MAX_BATCH_GETS, async (batch) => {
      const request = { Keys: batch.map((id) => this.#keyOf(id)), ConsistentRead: true };
      const answer = await this.#call((client, table) =>
        client.send(new BatchGetItemCommand({ RequestItems: { [table]: request } })),
      );
      for (const item of answer.Responses?.[this.#table] ?? []) found.set(this.#idOf(item), item);
      return answer.UnprocessedKeys?.[this.#table]?.Keys?.map((key) => this.#idOf(key)) ?? [];
    });
    return ids.map((id) => found.get(id)).filter((item) => item !== undefined);
  }

  async deleteAll(ids: readonly string[]): Promise<void> {
    await this.#inBatches(ids, MAX_BATCH_WRITES, async (batch) => {
      const requests = batch.map((id) => ({ DeleteRequest: { Key: this.#keyOf(id) } }));
      const answer = await this.#call((client, table) =>
        client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } })),
      );
      const left = answer.UnprocessedItems?.[this.#table] ?? [];
      return left.map(({ DeleteRequest: request }) => this.#idOf(request?.Key ?? {}));
    });
  }

  /** @param run does a batch, and returns those that were not done */
  async #inBatches(
    ids: readonly string[],
    size: number,
    run: (batch: readonly string[]) => Promise<readonly string[]>,
  ): Promise<void> {
    let left = ids;
    let vainTries = 0;
    while (left.length > 0) {
      const batch = left.slice(0, size);
      const undone = await run(batch);
      left = [...undone, ...left.slice(size)];
      if (undone.length === 0) {
        vainTries = 0;
        continue;
      }
      // Large items make an answer full before it has all; that is no reason to wait for long.
      vainTries = undone.length < batch.length ? 0 : vainTries + 1;
      if (vainTries === MAX_VAIN_TRIES) {
        throw new NommerError('UNAVAILABLE', `${this.#name()}: it takes no more requests for now`);
      }
      await sleep(Math.random() * Math.min(FIRST_WAIT_MS * 2 ** vainTries, LONGEST_WAIT_MS));
    }
  }

  async #call<Answer>(
    call: (client: DynamoDBClient, table: string) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await call(await this.#clients.dynamodb(), this.#table);
    } catch (thrown) {
      throw fromAws(thrown, this.#name());
    }
  }

  #name(): string {
    return `DynamoDB, table ${this.#table}`;
  }

  #keyOf(id: string): Item {
    return { [this.#key]: { S: id } };
  }

  #idOf(item: Record<string, AttributeValue>): string {
    return item[this.#key]?.S ?? '';
  }
}

/** Some servers end with an empty key, and not without one. */
function hasFields(item: Item | undefined): item is Item {
  return item !== undefined && Object.keys(item).length > 0;
}
