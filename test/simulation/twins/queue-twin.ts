import type { QueueDepth, QueueMessage } from '../../../src/core/ports.ts';
import type { World } from '../world/world.ts';

interface Stored {
  readonly body: string;
  receipt: string;
  receiveCount: number;
  receivedAt: number;
  visibleAt: number;
}

interface Waiter {
  readonly max: number;
  readonly visibilityMs: number;
  readonly give: (messages: readonly QueueMessage[]) => void;
}

/** What `remove` took away. */
export interface Removed {
  readonly body: string;
  readonly receivedAt: number;
}

/** A queue itself: at least once, in no order, with messages that come back unless they are removed. */
export class QueueTwin {
  readonly #world: World;
  readonly #maxReceives: number;
  readonly #waiters = new Set<Waiter>();
  #receipts = 0;
  messages: Stored[] = [];
  dead: Stored[] = [];
  /** In no order while things go wrong; else first in, first out. */
  shuffles = false;

  constructor(world: World, maxReceives = 100) {
    this.#world = world;
    this.#maxReceives = maxReceives;
  }

  send(body: string, delayMs = 0): void {
    const visibleAt = this.#world.now + delayMs;
    this.messages.push({ body, receipt: '', receiveCount: 0, receivedAt: 0, visibleAt });
    this.#look(delayMs);
  }

  /** @returns what ends the wait early, with no messages */
  receive(
    { max, waitMs, visibilityMs }: { max: number; waitMs: number; visibilityMs: number },
    give: (messages: readonly QueueMessage[]) => void,
  ): () => void {
    const end = (messages: readonly QueueMessage[]) => {
      if (!this.#waiters.delete(waiter)) return;
      overdue.isCancelled = true;
      give(messages);
    };
    const waiter: Waiter = { max, visibilityMs, give: end };
    const overdue = this.#world.after(waitMs, () => end([]));
    this.#waiters.add(waiter);
    this.#serve();
    return () => end([]);
  }

  extend(receipt: string, ms: number): void {
    const message = this.#hidden(receipt);
    if (message === undefined) return;
    message.visibleAt = this.#world.now + ms;
    this.#look(ms);
  }

  remove(receipt: string): Removed | undefined {
    const message = this.#hidden(receipt);
    if (message !== undefined) this.messages = this.messages.filter((each) => each !== message);
    return message;
  }

  depth(): QueueDepth {
    const { now } = this.#world;
    const hidden = this.messages.filter(({ visibleAt }) => visibleAt > now);
    const inFlight = hidden.filter(({ receiveCount }) => receiveCount > 0).length;
    const waiting = this.messages.length - hidden.length;
    return { waiting, delayed: hidden.length - inFlight, inFlight };
  }

  deadLetters(): readonly QueueMessage[] {
    return this.dead.map(toMessage);
  }

  removeDead(receipt: string): void {
    this.dead = this.dead.filter((message) => message.receipt !== receipt);
  }

  wipe(): void {
    this.messages = [];
    this.dead = [];
  }

  #look(ms: number): void {
    if (ms <= 0) this.#serve();
    else this.#world.after(ms + 0.01, () => this.#serve());
  }

  #serve(): void {
    for (const waiter of this.#waiters) {
      const taken = this.#take(waiter);
      if (taken.length > 0) waiter.give(taken);
    }
  }

  #take({ max, visibilityMs }: Waiter): readonly QueueMessage[] {
    const { now, random } = this.#world;
    const visible = this.messages.filter(({ visibleAt }) => visibleAt <= now);
    const taken: Stored[] = [];
    while (visible.length > 0 && taken.length < max) {
      const index = this.shuffles ? random.whole(0, visible.length - 1) : 0;
      const [message] = visible.splice(index, 1);
      if (message === undefined) break;
      if (message.receiveCount >= this.#maxReceives) {
        this.messages = this.messages.filter((each) => each !== message);
        this.dead.push(message);
        continue;
      }
      this.#receipts += 1;
      message.receipt = `receipt-${this.#receipts}`;
      message.receiveCount += 1;
      message.receivedAt = now;
      message.visibleAt = now + visibilityMs;
      this.#look(visibilityMs);
      taken.push(message);
    }
    return taken.map(toMessage);
  }

  /** Only the latest receipt counts, and only while it hides the message. */
  #hidden(receipt: string): Stored | undefined {
    const { now } = this.#world;
    return this.messages.find((each) => each.receipt === receipt && each.visibleAt > now);
  }
}

function toMessage({ body, receipt, receiveCount }: Stored): QueueMessage {
  return { body, receipt, receiveCount };
}
