import { Random } from '../../test/simulation/world/random.ts';
import { exponential } from './trace.ts';

export const BOOT_SECONDS = { least: 40, usual: 50, most: 60 };
const HUNG = 0.1;
/** A call to launch that EC2 refuses, whatever the time. */
const REFUSED = 0.05;
/** And times in which it refuses all. */
const SHORTAGES = { everyHours: 16, leastMinutes: 2, mostMinutes: 10 };
/** How long a spot instance lives on average. */
const SPOT_HOURS = 50;

/** What a launched node is fated to. Milliseconds. */
export interface Fate {
  /** From its launch until it takes jobs; Infinity: it never does. */
  readonly bootMs: number;
  /** From then until it is taken back. */
  readonly lifeMs: number;
}

/** What befalls launches and nodes: the same for every policy under the same seed. */
export class Conditions {
  readonly #fates: Fate[] = [];
  readonly #random: Random;
  readonly #refusals: Random;
  readonly #shortages: { fromMs: number; toMs: number }[] = [];

  constructor(seed: number, untilMs: number) {
    this.#random = new Random(seed + 1_000_000);
    this.#refusals = new Random(seed + 2_000_000);
    const random = new Random(seed + 3_000_000);
    const gap = () => exponential(random, SHORTAGES.everyHours * 3_600_000);
    for (let fromMs = gap(); fromMs < untilMs; fromMs += gap()) {
      const minutes = random.between(SHORTAGES.leastMinutes, SHORTAGES.mostMinutes);
      this.#shortages.push({ fromMs, toMs: fromMs + minutes * 60_000 });
    }
  }

  /** Of the launch with this number, counted from 0. */
  fate(launch: number): Fate {
    while (this.#fates.length <= launch) {
      const bootMs = this.#random.between(BOOT_SECONDS.least, BOOT_SECONDS.most) * 1000;
      this.#fates.push({
        bootMs: this.#random.chance(HUNG) ? Number.POSITIVE_INFINITY : bootMs,
        lifeMs: exponential(this.#random, SPOT_HOURS * 3_600_000),
      });
    }
    const fate = this.#fates[launch];
    if (fate === undefined) throw new Error(`no fate of launch ${launch}`);
    return fate;
  }

  /** Whether EC2 has no instance for whoever asks now. */
  refuses(atMs: number): boolean {
    const isShort = this.#shortages.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
    return this.#refusals.chance(REFUSED) || isShort;
  }
}
