import type { Clock } from '../../../src/core/clock.ts';
import type { Happening } from './event-heap.ts';
import type { World } from './world.ts';

/** When the world begins: 1 November 2026. */
export const EPOCH_MS = Date.UTC(2026, 10, 1);
const NEVER = new Promise<never>(() => undefined);

/**
 * A process on a machine. It can be killed: then nothing of it ever goes on, its promises never resolve. It
 * can be stopped and go on later, with clocks that ran on meanwhile or stood still with it.
 */
export class SimProcess {
  /** The machine it runs on. */
  readonly host: string;
  readonly name: string;
  readonly clock: Clock;
  readonly #world: World;
  /** How far the machine's wall clock is ahead of the true time. */
  skewMs: number;
  /** For how long its monotonic clock stood still. */
  stoodMs = 0;
  /** How far its wall clock is behind since it stood still, until somebody sets it. */
  behindMs = 0;
  isAlive = true;
  /** Since when nothing of it goes on. */
  endedAt = Infinity;
  wasKilled = false;
  isPaused = false;
  pausedAt = 0;
  resumedAt = 0;
  readonly #held: Happening[] = [];
  readonly #onKilled: (() => void)[] = [];

  /** @param incarnation how many processes the machine has had, this one included */
  constructor(world: World, host: string, { incarnation = 1, skewMs = 0 } = {}) {
    this.#world = world;
    this.host = host;
    this.name = incarnation === 1 ? host : `${host}#${incarnation}`;
    this.skewMs = skewMs;
    this.clock = {
      now: () => EPOCH_MS + Math.floor(this.#world.now + this.skewMs - this.behindMs),
      monotonic: () => this.monotonic(),
      sleep: (ms, signal) => this.#sleep(ms, signal),
    };
  }

  monotonic(): number {
    return this.#world.now - this.stoodMs;
  }

  /** What a promise of a dead process is. */
  static get never(): Promise<never> {
    return NEVER;
  }

  onKilled(act: () => void): void {
    this.#onKilled.push(act);
  }

  kill(why: string): void {
    if (!this.isAlive) return;
    this.#end();
    this.#world.strikes += 1;
    this.wasKilled = true;
    this.isPaused = false;
    this.#held.length = 0;
    this.#world.note(this.name, `is killed: ${why}`);
    for (const act of this.#onKilled) act();
  }

  /** It returned by itself: nothing of it goes on either, but nobody killed it. */
  exit(): void {
    this.#end();
  }

  #end(): void {
    this.isAlive = false;
    this.endedAt = this.#world.now;
  }

  pause(ms: number, clocks: 'run on' | 'stand still'): void {
    if (!this.isAlive || this.isPaused) return;
    this.isPaused = true;
    this.#world.strikes += 1;
    this.pausedAt = this.#world.now;
    this.#world.note(this.name, `stops for ${Math.round(ms / 1000)} s; its clocks ${clocks}`);
    this.#world.after(ms, () => this.resume(clocks));
  }

  resume(clocks: 'run on' | 'stand still'): void {
    if (!this.isAlive || !this.isPaused) return;
    const stoppedMs = this.#world.now - this.pausedAt;
    if (clocks === 'stand still') {
      this.stoodMs += stoppedMs;
      if (this.#world.random.chance(0.5)) this.behindMs += stoppedMs;
      this.#world.mostBehindMs = Math.max(this.#world.mostBehindMs, this.behindMs);
    }
    this.isPaused = false;
    this.resumedAt = this.#world.now;
    this.#world.note(this.name, 'goes on');
    // What came in meanwhile is found in the order in which it came, or in any.
    const stepMs = this.#world.random.chance(0.5) ? 1e-6 : 0;
    for (const [index, happening] of this.#held.splice(0).entries()) {
      this.#world.postpone(happening, this.#world.now + index * stepMs);
    }
  }

  /** Keeps what would happen in a stopped process until it goes on. */
  hold(happening: Happening): void {
    this.#held.push(happening);
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (!this.isAlive) return NEVER;
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const due = this.monotonic() + Math.max(ms, 0);
      const onAbort = () => {
        timer.isCancelled = true;
        resolve();
      };
      const ring = () => {
        const left = due - this.monotonic();
        if (left > 0.001) {
          timer = this.#world.after(left, ring, this);
          return;
        }
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      let timer = this.#world.after(Math.max(ms, 0), ring, this);
      signal?.addEventListener('abort', onAbort);
    });
  }
}
