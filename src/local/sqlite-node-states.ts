import type { NodeState } from '../core/node-state.ts';
import type { NodeStates } from '../core/ports.ts';
import type { SharedDatabase, Statement } from './shared-database.ts';

/** Heartbeats in the data file. After a power cut there are no nodes, so none waits for the disk. */
export class SqliteNodeStates implements NodeStates {
  readonly #database: SharedDatabase;
  readonly #put: Statement;
  readonly #list: Statement<{ body: string }>;
  readonly #remove: Statement;

  constructor(database: SharedDatabase) {
    this.#database = database;
    this.#put = database.prepare(
      `INSERT INTO node_states (node_id, body) VALUES (?, ?)
       ON CONFLICT (node_id) DO UPDATE SET body = excluded.body`,
    );
    this.#list = database.prepare('SELECT body FROM node_states ORDER BY node_id');
    this.#remove = database.prepare('DELETE FROM node_states WHERE node_id = ?');
  }

  async report(state: NodeState): Promise<void> {
    const body = JSON.stringify(state);
    await this.#database.writeRelaxed(() => this.#put.run(state.nodeId, body));
  }

  async list(): Promise<readonly NodeState[]> {
    const rows = await this.#database.read(() => this.#list.all());
    return rows.map(({ body }) => JSON.parse(body) as NodeState);
  }

  async remove(nodeId: string): Promise<void> {
    await this.#database.writeRelaxed(() => this.#remove.run(nodeId));
  }
}
