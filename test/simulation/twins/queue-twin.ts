import type { QueueDepth, QueueMessage } from '../../../src/core/ports.ts';
import type { SimProcess } from '../world/sim-process.ts';
import type { World } from '../world/world.ts';

interface Stored {
  readonly body: string;
  /** Who received it last. */
  receivedBy: SimProcess | undefined;
  receipt: string;
  receiveCount: number;
  receivedAt: number;
  visibleAt: number;
}

interface Waiter {
  readonly by: SimProcess | undefined;
  readonly max: number;
  readonly visibilityMs: number;
  readonly give: (messages: readonly QueueMessage[]) => void;
}

/** What somebody has received, and who did before. */
export interface Taken {
  readonly body: string;
  readonly receiptBefore: string;
  readonly receivedBy: SimProcess | undefined;
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
  readonly #onDead: (letter: { readonly body: string }) => void;
  readonly #waiters = new Set<Waiter>();
  readonly #listenedUntil = new WeakMap<SimProcess, number>();
  #receipts = 0;
  messages: Stored[] = [];
  dead: Stored[] = [];
  /** Told of each message that somebody receives, as it was before. */
  onTaken: (message: Taken, by: SimProcess | undefined) => void = () => undefined;
  /** In no order while things go wrong; else first in, first out. */
  shuffles = false;

  constructor(
    world: World,
    {
      maxReceives = 100,
      onDead = () => undefined,
    }: { maxReceives?: number; onDead?: (letter: { readonly body: string }) => void } = {},
  ) {
    this.#world = world;
    this.#maxReceives = maxReceives;
    this.#onDead = onDead;
  }

  /** Whether the process waits for messages, or did so a moment ago. */
  isListening(process: SimProcess | undefined): boolean {
    if ([...this.#waiters].some(({ by }) => by === process)) return true;
    const endedAt = process === undefined ? undefined : this.#listenedUntil.get(process);
    return endedAt !== undefined && this.#world.now - endedAt < 500;
  }

  /** A message that is gone without anybody having removed it. @returns undefined where there is none */
  lose(): { readonly body: string } | undefined {
    if (this.messages.length === 0) return undefined;
    const message = this.#world.random.pick(this.messages);
    this.messages = this.messages.filter((each) => each !== message);
    return message;
  }

  send(body: string, delayMs = 0): void {
    const visibleAt = this.#world.now + delayMs;
    this.messages.push({
      body,
      receivedBy: undefined,
      receipt: '',
      receiveCount: 0,
      receivedAt: 0,
      visibleAt,
    });
    this.#look(delayMs);
  }

  /** @returns what ends the wait early, with no messages */
  receive(
    {
      by,
      max,
      waitMs,
      visibilityMs,
    }: { by?: SimProcess; max: number; waitMs: number; visibilityMs: number },
    give: (messages: readonly QueueMessage[]) => void,
  ): () => void {
    const end = (messages: readonly QueueMessage[]) => {
      if (!this.#waiters.delete(waiter)) return;
      overdue.isCancelled = true;
      // Who has taken something may be about to fill its last slot.
      if (by !== undefined && messages.length === 0) this.#listenedUntil.set(by, this.#world.now);
      give(messages);
    };
    const waiter: Waiter = { by, max, visibilityMs, give: end };
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

  /** The latest receipt removes also a message that others can see again. */
  remove(receipt: string): Removed | undefined {
    const message = this.messages.find((each) => each.receipt === receipt);
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

  #take({ by, max, visibilityMs }: Waiter): readonly QueueMessage[] {
    const { now, random } = this.#world;
    const visible = this.messages.filter(({ visibleAt }) => visibleAt <= now);
    const taken: Stored[] = [];
    while (visible.length > 0 && taken.length < max) {
      const index = this.shuffles ? random.whole(0, visible.length - 1) : 0;
      const [message] = visible.splice(index, 1);
      if (message === undefined) break;
      if (message.receiveCount >= this.#maxReceives) {
        this.messages = this.messages.filter((each) => each !== message);
        this.#receipts += 1;
        this.dead.push({ ...message, receipt: `receipt-${this.#receipts}` });
        this.#onDead(message);
        continue;
      }
      const { body, receipt: receiptBefore, receivedBy } = message;
      this.#receipts += 1;
      message.receipt = `receipt-${this.#receipts}`;
      message.receiveCount += 1;
      message.receivedAt = now;
      message.visibleAt = now + visibilityMs;
      this.#look(visibilityMs);
      taken.push(message);
      message.receivedBy = by;
      this.onTaken({ body, receiptBefore, receivedBy }, by);
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
