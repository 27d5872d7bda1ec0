import type { LeaderRecord, Leadership } from '../core/ports.ts';
import type { SharedDatabase, Statement } from './shared-database.ts';

/** The leader's record in the data file. After a power cut nobody leads, so it does not wait for the disk. */
export class SqliteLeadership implements Leadership {
  readonly #database: SharedDatabase;
  readonly #get: Statement<{ holder: string | null; term: number }>;
  readonly #insert: Statement;
  readonly #replace: Statement;

  constructor(database: SharedDatabase) {
    this.#database = database;
    this.#get = database.prepare('SELECT holder, term FROM leader');
    this.#insert = database.prepare(
      'INSERT INTO leader (id, holder, term) VALUES (1, ?, 1) ON CONFLICT DO NOTHING',
    );
    this.#replace = database.prepare(
      'UPDATE leader SET holder = ?1, term = ?2 WHERE term = ?2 - 1',
    );
  }

  async read(): Promise<LeaderRecord | undefined> {
    const row = await this.#database.read(() => this.#get.get());
    return row && { holder: row.holder, term: row.term };
  }

  async replace({ holder, term }: LeaderRecord): Promise<boolean> {
    const write = () => (term === 1 ? this.#insert.run(holder) : this.#replace.run(holder, term));
    return await this.#database.writeRelaxed(() => write().changes === 1);
  }
}
