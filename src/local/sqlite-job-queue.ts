import type { JobQueue, QueueDepth, QueueMessage, ReceiveRequest } from '../core/ports.ts';
import type { FileBell } from './file-bell.ts';
import { QUEUE_QUERIES } from './queue-queries.ts';
import { decodeReceipt, encodeReceipt } from './receipt.ts';
import type { SharedDatabase, Statement } from './shared-database.ts';

/** How long a message may lie there unseen when its ring was missed. */
const LOOK_AGAIN_MS = 1000;
const MAX_DEAD_LETTERS = 100;

interface MessageRow {
  readonly id: number;
  readonly receive_count: number;
  readonly body: string;
}

export interface SqliteJobQueueOptions {
  readonly database: SharedDatabase;
  readonly name: string;
  /** Rung by this queue alone, by whatever process. */
  readonly bell: FileBell;
  /** A message received so often and not removed becomes a dead letter. */
  readonly maxReceives: number;
}

/**
 * A queue in the data file; messages come out oldest first. It does not wait for the disk: what a power
 * cut may undo are the latest changes in the order they were made, so never a message of which the job
 * store notes that it was sent. A receive or a removal that is undone means one message more.
 */
export class SqliteJobQueue implements JobQueue {
  readonly #database: SharedDatabase;
  readonly #name: string;
  readonly #bell: FileBell;
  readonly #maxReceives: number;
  readonly #send: Statement;
  readonly #nextVisibleAt: Statement<{ at: number | null }>;
  readonly #visible: Statement<MessageRow>;
  readonly #take: Statement;
  readonly #bury: Statement;
  readonly #hide: Statement;
  readonly #remove: Statement;
  readonly #depth: Statement<{ waiting: number; delayed: number; in_flight: number }>;
  readonly #dead: Statement<MessageRow>;
  readonly #wipe: Statement;

  constructor({ database, name, bell, maxReceives }: SqliteJobQueueOptions) {
    this.#database = database;
    this.#name = name;
    this.#bell = bell;
    this.#maxReceives = maxReceives;
    this.#send = database.prepare(QUEUE_QUERIES.send);
    this.#nextVisibleAt = database.prepare(QUEUE_QUERIES.nextVisibleAt);
    this.#visible = database.prepare(QUEUE_QUERIES.visible);
    this.#take = database.prepare(QUEUE_QUERIES.take);
    this.#bury = database.prepare(QUEUE_QUERIES.bury);
    this.#hide = database.prepare(QUEUE_QUERIES.hide);
    this.#remove = database.prepare(QUEUE_QUERIES.remove);
    this.#depth = database.prepare(QUEUE_QUERIES.depth);
    this.#dead = database.prepare(QUEUE_QUERIES.dead);
    this.#wipe = database.prepare(QUEUE_QUERIES.wipe);
  }

  async send(body: string, delaySeconds = 0): Promise<void> {
    await this.#database.writeRelaxed(() => this.#send.run(this.#name, timeIn(delaySeconds), body));
    this.#bell.ring();
  }

  async receive(request: ReceiveRequest): Promise<readonly QueueMessage[]> {
    const { waitSeconds, signal } = request;
    const waitUntil = performance.now() + waitSeconds * 1000;
    while (!signal?.aborted) {
      const rings = this.#bell.arm();
      // Looking costs no transaction; most looks find nothing.
      const visibleIn = await this.#visibleIn();
      if (visibleIn <= 0) {
        const messages = await this.#database.writeRelaxed(() => this.#takeVisible(request));
        if (messages.length > 0) return messages;
      }
      const left = waitUntil - performance.now();
      if (left <= 0) break;
      const wait = visibleIn <= 0 ? 0 : Math.min(left, visibleIn, LOOK_AGAIN_MS);
      await this.#bell.wait(rings, wait, signal);
    }
    return [];
  }

  async extend(receipt: string, seconds: number): Promise<void> {
    const { id, receiveCount } = decodeReceipt(receipt);
    await this.#database.writeRelaxed(() =>
      this.#hide.run(timeIn(seconds), id, receiveCount, this.#name, Date.now()),
    );
  }

  async release(receipt: string): Promise<void> {
    await this.extend(receipt, 0);
    this.#bell.ring();
  }

  async remove(receipt: string): Promise<void> {
    await this.#delete(receipt, 0);
  }

  async depth(): Promise<QueueDepth> {
    const row = await this.#database.read(() => this.#depth.get(Date.now(), this.#name));
    return {
      waiting: row?.waiting ?? 0,
      delayed: row?.delayed ?? 0,
      inFlight: row?.in_flight ?? 0,
    };
  }

  /** Oldest first, not all when there are many; they stay until they are removed. */
  async deadLetters(): Promise<readonly QueueMessage[]> {
    const rows = await this.#database.read(() => this.#dead.all(this.#name, MAX_DEAD_LETTERS));
    return rows.map((row) => toMessage(row, row.receive_count));
  }

  async removeDeadLetter(receipt: string): Promise<void> {
    await this.#delete(receipt, 1);
  }

  async wipe(): Promise<void> {
    await this.#database.writeRelaxed(() => this.#wipe.run(this.#name));
  }

  /** Milliseconds until the next message may be received: 0 or less = now, Infinity = none in sight. */
  async #visibleIn(): Promise<number> {
    const next = await this.#database.read(() => this.#nextVisibleAt.get(this.#name));
    const at = next?.at ?? Number.POSITIVE_INFINITY;
    return at - Date.now();
  }

  /** Runs in a transaction, so that no two receivers take the same message. */
  #takeVisible({ max, visibilitySeconds, signal }: ReceiveRequest): readonly QueueMessage[] {
    // Whoever aborted has gone, and would not give back what it gets now.
    if (signal?.aborted) return [];
    for (;;) {
      const rows = this.#visible.all(this.#name, Date.now(), max);
      const alive = rows.filter((row) => row.receive_count < this.#maxReceives);
      for (const { id, receive_count } of rows) {
        if (receive_count >= this.#maxReceives) this.#bury.run(id);
        else this.#take.run(timeIn(visibilitySeconds), id);
      }
      if (alive.length > 0 || rows.length === 0) {
        return alive.map((row) => toMessage(row, row.receive_count + 1));
      }
    }
  }

  async #delete(receipt: string, dead: 0 | 1): Promise<void> {
    const { id, receiveCount } = decodeReceipt(receipt);
    await this.#database.writeRelaxed(() => this.#remove.run(id, receiveCount, this.#name, dead));
  }
}

function toMessage({ id, body }: MessageRow, receiveCount: number): QueueMessage {
  return { body, receipt: encodeReceipt({ id, receiveCount }), receiveCount };
}

/** Whole milliseconds: the column takes nothing else. */
function timeIn(seconds: number): number {
  return Math.round(Date.now() + seconds * 1000);
}
