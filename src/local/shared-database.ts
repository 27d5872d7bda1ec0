import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { NommerError } from '../core/errors.ts';
import { fromSqlite } from './sqlite-error.ts';
import { whenFree } from './when-free.ts';

type Value = string | number | null;

/** A prepared statement whose rows are known to be `Row`s. */
export interface Statement<Row = never> {
  get(...values: Value[]): Row | undefined;
  all(...values: Value[]): Row[];
  iterate(...values: Value[]): Iterable<Row>;
  run(...values: Value[]): { readonly changes: number };
}

interface Act {
  /** @returns what tells the caller, to be called once the act is committed */
  readonly run: () => () => void;
  readonly reject: (error: NommerError) => void;
  /** Whether a power cut must not undo it. */
  readonly lasting: boolean;
}

/** So many acts share a transaction at most: a few milliseconds without the event loop. */
const MAX_ACTS_PER_COMMIT = 500;

/**
 * This process's connection to the data file, which other processes use at the same time. SQLite works
 * on the calling thread, so acts must be short: a row or a page.
 */
export class SharedDatabase {
  readonly #connection: DatabaseSync;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;
  readonly #savepoint: Statement;
  readonly #release: Statement;
  readonly #rollbackToSavepoint: Statement;
  readonly #waiting: Act[] = [];
  #committing: Promise<void> | undefined;
  #waitsForDisk = true;
  #closed = false;

  /** @param connection as `openDatabase` sets it up; it belongs to this object from now on */
  constructor(connection: DatabaseSync) {
    this.#connection = connection;
    this.#begin = this.prepare('BEGIN IMMEDIATE');
    this.#commit = this.prepare('COMMIT');
    this.#rollback = this.prepare('ROLLBACK');
    this.#savepoint = this.prepare('SAVEPOINT act');
    this.#release = this.prepare('RELEASE act');
    this.#rollbackToSavepoint = this.prepare('ROLLBACK TO act');
  }

  prepare<Row = never>(sql: string): Statement<Row> {
    return this.#connection.prepare(sql) as unknown as Statement<Row>;
  }

  /** Looks at what is committed. `act` must change nothing. */
  async read<T>(act: () => T): Promise<T> {
    this.#mustBeOpen();
    return await whenFree(act);
  }

  /**
   * Does `act` as a whole or not at all; once this resolves, it is on the disk. Acts that come in
   * together, or while another process has the file, share one transaction, and so one wait for the
   * disk; if one of them throws, only that one fails.
   */
  async write<T>(act: () => T): Promise<T> {
    return await this.#enqueue(act, true);
  }

  /**
   * As `write`, but without waiting for the disk: once this resolves, every process sees it and no
   * death of a process undoes it, but a power cut may until the next `write` by whomever.
   */
  async writeRelaxed<T>(act: () => T): Promise<T> {
    return await this.#enqueue(act, false);
  }

  /** Commits what was begun and closes the file; everything afterwards is UNAVAILABLE. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#committing;
    this.#connection.close();
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new NommerError('UNAVAILABLE', 'The data file is closed already');
  }

  #enqueue<T>(act: () => T, lasting: boolean): Promise<T> {
    this.#mustBeOpen();
    return new Promise<T>((resolve, reject) => {
      const run = () => {
        const value = act();
        return () => resolve(value);
      };
      this.#waiting.push({ run, reject, lasting });
      this.#committing ??= this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      await nextTurn();
      try {
        const acts = await whenFree(() => this.#start());
        this.#commitTogether(acts);
      } catch (thrown) {
        refuse(this.#waiting.splice(0), thrown);
      }
    }
    this.#committing = undefined;
  }

  /** @returns the acts of the transaction that it has begun */
  #start(): readonly Act[] {
    this.#undo();
    const lasting = this.#waiting.slice(0, MAX_ACTS_PER_COMMIT).some((act) => act.lasting);
    this.#waitForDisk(lasting);
    this.#begin.run();
    return this.#waiting.splice(0, MAX_ACTS_PER_COMMIT);
  }

  /** NORMAL commits without a sync; the next FULL one syncs all that was written before it. */
  #waitForDisk(wait: boolean): void {
    if (wait === this.#waitsForDisk) return;
    this.#connection.exec(`PRAGMA synchronous = ${wait ? 'FULL' : 'NORMAL'}`);
    this.#waitsForDisk = wait;
  }

  #undo(): void {
    if (this.#connection.isTransaction) this.#rollback.run();
  }

  #commitTogether(acts: readonly Act[]): void {
    try {
      const tell = acts.map((act) => this.#attempt(act));
      this.#commit.run();
      for (const each of tell) each();
    } catch (thrown) {
      refuse(acts, thrown);
      this.#undo();
    }
  }

  #attempt({ run, reject }: Act): () => void {
    this.#savepoint.run();
    try {
      const tell = run();
      this.#release.run();
      return tell;
    } catch (thrown) {
      // A full disk or a failed write can end the transaction itself, and with it the other acts.
      if (!this.#connection.isTransaction) throw thrown;
      this.#rollbackToSavepoint.run();
      this.#release.run();
      return () => reject(fromSqlite(thrown));
    }
  }
}

function refuse(acts: readonly Act[], thrown: unknown): void {
  const error = fromSqlite(thrown);
  for (const { reject } of acts) reject(error);
}
