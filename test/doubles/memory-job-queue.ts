import { randomUUID } from 'node:crypto';
import type { Clock } from '../../src/core/clock.ts';
import type { JobQueue, QueueDepth, QueueMessage, ReceiveRequest } from '../../src/core/ports.ts';
import { arriveSoon, type Arrive } from './arrive.ts';

interface Stored {
  readonly body: string;
  receipt: string;
  receiveCount: number;
  /** Not before this time, in the clock's milliseconds. */
  visibleAt: number;
  received: boolean;
}

/** A queue's twin in memory. A message received more often than `maxReceives` becomes a dead letter. */
export class MemoryJobQueue implements JobQueue {
  readonly #clock: Clock;
  readonly #maxReceives: number;
  readonly #arrive: Arrive;
  readonly #arrivals = new Set<AbortController>();
  #messages: Stored[] = [];
  #dead: Stored[] = [];

  constructor(clock: Clock, options: { maxReceives?: number; arrive?: Arrive } = {}) {
    this.#clock = clock;
    this.#maxReceives = options.maxReceives ?? 1000;
    this.#arrive = options.arrive ?? arriveSoon;
  }

  async send(body: string, delaySeconds = 0): Promise<void> {
    await this.#arrive();
    const visibleAt = this.#clock.now() + delaySeconds * 1000;
    this.#messages.push({ body, receipt: '', receiveCount: 0, visibleAt, received: false });
    this.#arrived();
  }

  async receive(request: ReceiveRequest): Promise<readonly QueueMessage[]> {
    await this.#arrive();
    const endsAt = this.#clock.now() + request.waitSeconds * 1000;
    for (;;) {
      if (request.signal?.aborted === true) return [];
      const taken = this.#take(request);
      const now = this.#clock.now();
      if (taken.length > 0 || now >= endsAt) return taken;
      const next = Math.min(endsAt, ...this.#messages.map(({ visibleAt }) => visibleAt));
      await this.#arrivalOr(Math.max(next - now, 1), request.signal);
    }
  }

  async extend(receipt: string, seconds: number): Promise<void> {
    await this.#arrive();
    const message = this.#hidden(receipt);
    if (message !== undefined) message.visibleAt = this.#clock.now() + seconds * 1000;
  }

  async release(receipt: string): Promise<void> {
    await this.#arrive();
    const message = this.#hidden(receipt);
    if (message !== undefined) message.visibleAt = this.#clock.now();
    this.#arrived();
  }

  async remove(receipt: string): Promise<void> {
    await this.#arrive();
    const message = this.#hidden(receipt);
    this.#messages = this.#messages.filter((each) => each !== message);
  }

  async depth(): Promise<QueueDepth> {
    await this.#arrive();
    const now = this.#clock.now();
    const hidden = this.#messages.filter(({ visibleAt }) => visibleAt > now);
    const inFlight = hidden.filter(({ received }) => received).length;
    return {
      waiting: this.#messages.length - hidden.length,
      delayed: hidden.length - inFlight,
      inFlight,
    };
  }

  async deadLetters(): Promise<readonly QueueMessage[]> {
    await this.#arrive();
    return this.#dead.map(toMessage);
  }

  async removeDeadLetter(receipt: string): Promise<void> {
    await this.#arrive();
    this.#dead = this.#dead.filter((message) => message.receipt !== receipt);
  }

  async wipe(): Promise<void> {
    await this.#arrive();
    this.#messages = [];
    this.#dead = [];
  }

  #take({ max, visibilitySeconds }: ReceiveRequest): readonly QueueMessage[] {
    const now = this.#clock.now();
    const spent = this.#messages.filter(
      (message) => message.visibleAt <= now && message.receiveCount >= this.#maxReceives,
    );
    this.#messages = this.#messages.filter((message) => !spent.includes(message));
    this.#dead.push(...spent);
    const taken = this.#messages.filter(({ visibleAt }) => visibleAt <= now).slice(0, max);
    for (const message of taken) {
      message.receipt = randomUUID();
      message.receiveCount += 1;
      message.visibleAt = now + visibilitySeconds * 1000;
      message.received = true;
    }
    return taken.map(toMessage);
  }

  /** Only the latest receipt counts, and only while it hides the message. */
  #hidden(receipt: string): Stored | undefined {
    const now = this.#clock.now();
    return this.#messages.find((each) => each.receipt === receipt && each.visibleAt > now);
  }

  #arrived(): void {
    for (const arrival of this.#arrivals) arrival.abort();
  }

  async #arrivalOr(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const arrival = new AbortController();
    const abort = () => arrival.abort();
    this.#arrivals.add(arrival);
    signal?.addEventListener('abort', abort);
    await this.#clock.sleep(ms, arrival.signal);
    signal?.removeEventListener('abort', abort);
    this.#arrivals.delete(arrival);
  }
}

function toMessage({ body, receipt, receiveCount }: Stored): QueueMessage {
  return { body, receipt, receiveCount };
}
