import type { SharedDatabase, Statement } from './shared-database.ts';

/** What is known of a node process. */
export interface NodeRecord {
  readonly nodeId: string;
  readonly token: string;
  readonly launchedAt: number;
  /** Null until the process runs. */
  readonly process: NodeProcess | null;
  /** Told to end. */
  readonly terminated: boolean;
}

export interface NodeProcess {
  readonly pid: number;
  /** As `processStart` has it. */
  readonly start: string;
}

interface NodeRow {
  readonly node_id: string;
  readonly token: string;
  readonly launched_at: number;
  readonly pid: number | null;
  readonly process_start: string | null;
  readonly terminated: 0 | 1;
}

/** Nobody repeats a launch that is older. */
const FORGET_LAUNCH_AFTER_MS = 7 * 86_400_000;

/** The fleet's part of the data file, so that the next feederd finds the nodes of this one. */
export class FleetRecords {
  readonly #database: SharedDatabase;
  readonly #claimToken: Statement;
  readonly #dropToken: Statement;
  readonly #dropOldTokens: Statement;
  readonly #count: Statement<{ nodes: number }>;
  readonly #insert: Statement;
  readonly #setProcess: Statement;
  readonly #setTerminated: Statement;
  readonly #delete: Statement;
  readonly #list: Statement<NodeRow>;

  constructor(database: SharedDatabase) {
    this.#database = database;
    this.#claimToken = database.prepare(
      'INSERT INTO fleet_launches (token, launched_at) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    this.#dropToken = database.prepare('DELETE FROM fleet_launches WHERE token = ?');
    this.#dropOldTokens = database.prepare('DELETE FROM fleet_launches WHERE launched_at < ?');
    this.#count = database.prepare(
      'SELECT count(*) AS nodes FROM fleet_nodes WHERE terminated = 0',
    );
    this.#insert = database.prepare(
      'INSERT INTO fleet_nodes (node_id, token, launched_at) VALUES (?, ?, ?)',
    );
    this.#setProcess = database.prepare(
      `UPDATE fleet_nodes SET pid = ?1, process_start = ?2
       WHERE node_id = ?3 AND terminated = 0 AND (pid IS NULL OR pid = ?1)`,
    );
    this.#setTerminated = database.prepare(
      'UPDATE fleet_nodes SET terminated = 1 WHERE node_id = ?',
    );
    this.#delete = database.prepare('DELETE FROM fleet_nodes WHERE node_id = ?');
    this.#list = database.prepare('SELECT * FROM fleet_nodes ORDER BY launched_at, node_id');
  }

  /**
   * Records a launch of as many of the nodes as leave the living ones within the maximum.
   * @returns those recorded; undefined when this is not the first launch with this token
   */
  async launch(
    token: string,
    nodeIds: readonly string[],
    { maximum, now }: { maximum: number; now: number },
  ): Promise<readonly string[] | undefined> {
    return await this.#database.write(() => {
      this.#dropOldTokens.run(now - FORGET_LAUNCH_AFTER_MS);
      if (this.#claimToken.run(token, now).changes === 0) return undefined;
      const room = Math.max(maximum - (this.#count.get()?.nodes ?? 0), 0);
      const recorded = nodeIds.slice(0, room);
      for (const nodeId of recorded) this.#insert.run(nodeId, token, now);
      return recorded;
    });
  }

  /** Undoes a launch of which no node started, so that its token may be used again. */
  async forgetLaunch(token: string): Promise<void> {
    await this.#database.write(() => this.#dropToken.run(token));
  }

  /** @returns false when the node is not wanted any more */
  async started(nodeId: string, { pid, start }: NodeProcess): Promise<boolean> {
    return await this.#database.write(() => this.#setProcess.run(pid, start, nodeId).changes === 1);
  }

  async terminated(nodeId: string): Promise<void> {
    await this.#database.write(() => this.#setTerminated.run(nodeId));
  }

  async forget(nodeId: string): Promise<void> {
    await this.#database.write(() => this.#delete.run(nodeId));
  }

  /** Oldest first. */
  async list(): Promise<readonly NodeRecord[]> {
    const rows = await this.#database.read(() => this.#list.all());
    return rows.map(({ node_id, token, launched_at, pid, process_start, terminated }) => ({
      nodeId: node_id,
      token,
      launchedAt: launched_at,
      process: pid === null || process_start === null ? null : { pid, start: process_start },
      terminated: terminated === 1,
    }));
  }
}
