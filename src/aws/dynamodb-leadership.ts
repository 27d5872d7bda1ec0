import type { LeaderRecord, Leadership } from '../core/ports.ts';
import type { AwsClients } from './aws-clients.ts';
import { DynamodbTable } from './dynamodb-table.ts';
import { RESERVED_KEY_PREFIX } from './table-definitions.ts';

export interface DynamodbLeadershipOptions {
  readonly clients: AwsClients;
  /** That of the node states. */
  readonly table: string;
}

const ID = `${RESERVED_KEY_PREFIX}leader`;

/** The leader's record: one item of the table of the nodes' states. */
export class DynamodbLeadership implements Leadership {
  readonly #table: DynamodbTable;

  constructor({ clients, table }: DynamodbLeadershipOptions) {
    this.#table = new DynamodbTable({ clients, table, key: 'node_id' });
  }

  async read(): Promise<LeaderRecord | undefined> {
    const item = await this.#table.get(ID);
    if (item === undefined) return undefined;
    return { holder: item['holder']?.S ?? null, term: Number(item['term']?.N) };
  }

  async replace({ holder, term }: LeaderRecord): Promise<boolean> {
    const item = {
      node_id: { S: ID },
      term: { N: String(term) },
      ...(holder !== null && { holder: { S: holder } }),
    };
    const names = { '#term': 'term' };
    return await this.#table.put(
      item,
      term === 1
        ? { ConditionExpression: 'attribute_not_exists(#term)', ExpressionAttributeNames: names }
        : {
            ConditionExpression: '#term = :before',
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: { ':before': { N: String(term - 1) } },
          },
    );
  }
}
