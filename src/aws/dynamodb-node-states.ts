import type { NodeState } from '../core/node-state.ts';
import type { NodeStates } from '../core/ports.ts';
import type { AwsClients } from './aws-clients.ts';
import { DynamodbTable } from './dynamodb-table.ts';
import { RESERVED_KEY_PREFIX } from './table-definitions.ts';

export interface DynamodbNodeStatesOptions {
  readonly clients: AwsClients;
  readonly table: string;
}

/** Heartbeats in a DynamoDB table: one item for each node. */
export class DynamodbNodeStates implements NodeStates {
  readonly #table: DynamodbTable;

  constructor({ clients, table }: DynamodbNodeStatesOptions) {
    this.#table = new DynamodbTable({ clients, table, key: 'node_id' });
  }

  async report(state: NodeState): Promise<void> {
    await this.#table.put({
      node_id: { S: state.nodeId },
      body: { S: JSON.stringify(state) },
    });
  }

  /** Reads the whole table: it has an item for each node of now, and few others. */
  async list(): Promise<readonly NodeState[]> {
    const states: NodeState[] = [];
    for await (const items of this.#table.scan()) {
      for (const { node_id: id, body } of items) {
        if (id?.S?.startsWith(RESERVED_KEY_PREFIX) === true) continue;
        const state = parse(body?.S);
        if (state !== undefined) states.push(state);
      }
    }
    return states;
  }

  async remove(nodeId: string): Promise<void> {
    await this.#table.delete(nodeId);
  }
}

/** What is no heartbeat is left out: it must not keep anybody from the others. */
function parse(body: string | undefined): NodeState | undefined {
  try {
    const state = JSON.parse(body ?? '') as NodeState | null;
    return typeof state?.nodeId === 'string' ? state : undefined;
  } catch {
    return undefined;
  }
}
