/** One measurement: a figure of media-nommer against its anchor, measured in turn in the same run. */
export interface Figure {
  /** As docs/performance.md and the command line name it: P1, P2, … */
  readonly id: string;
  readonly title: string;
  /** @throws Skipped where this machine lacks what it takes */
  readonly measure: (run: Run) => Promise<Measurement | readonly Measurement[]>;
}

/** How thoroughly to measure. */
export interface Run {
  /** As few rounds and as little data as it takes to see that the figure works. */
  readonly quick: boolean;
}

/** Something measured again and again. */
export interface Series {
  readonly name: string;
  /** In the order they were taken. */
  readonly samples: readonly number[];
}

export interface Measurement {
  /** Of the samples. */
  readonly unit: string;
  /** What of the figure this is, where it has several. */
  readonly what?: string;
  readonly anchor: Series;
  readonly ours: Series;
  /** Further anchors, to be looked at beside the one that counts. */
  readonly others?: readonly Series[];
  /** What is compared with `reach`: a ratio, or a difference in the unit. */
  readonly result: { readonly text: string; readonly value: number };
  readonly reach: string;
  /** What `result.value` may be at most or has to be at least, where that is said. */
  readonly bound?: { readonly most: number } | { readonly least: number };
}

/** A figure cannot be measured on this machine; the message says why. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}

/** Undefined where nothing is to be reached. */
export function isReached({ result, bound }: Measurement): boolean | undefined {
  if (bound === undefined) return undefined;
  return 'most' in bound ? result.value <= bound.most : result.value >= bound.least;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** @param share 0 to 1; between two samples it is interpolated */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Each tenth of the rounds at either end left out. */
export function spread(samples: readonly number[]): { low: number; high: number } {
  return { low: quantile(samples, 0.1), high: quantile(samples, 0.9) };
}

/** The ratio of the medians, and how far the ratios of single rounds are apart. */
export function ratio(ours: Series, anchor: Series): { text: string; value: number } {
  const value = median(ours.samples) / median(anchor.samples);
  const ofRounds = ours.samples.map((sample, round) => sample / (anchor.samples[round] ?? 1));
  const { low, high } = spread(ofRounds);
  return { text: `× ${short(value)} (${short(low)}–${short(high)})`, value };
}

/** Three digits that matter. */
export function short(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(Math.abs(value - 1) < 0.1 ? 3 : digits);
}

/** Runs two things in turn, A B A B …, after one warm-up of each. @returns what each returned */
export async function inTurn(
  rounds: number,
  a: () => Promise<number>,
  b: () => Promise<number>,
): Promise<{ a: number[]; b: number[] }> {
  const { A, B } = await allInTurn(rounds, { A: a, B: b });
  return { a: A, b: B };
}

/** The same with any number of things, by name. */
export async function allInTurn<Name extends string>(
  rounds: number,
  things: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(things) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  for (const name of names) await things[name]();
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) samples[name].push(await things[name]());
  }
  return samples;
}
