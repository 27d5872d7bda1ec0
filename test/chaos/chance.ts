import { Random } from '../simulation/world/random.ts';

/** Another source of chance, so that what one user takes of it does not change what others get. */
export function fork(random: Random): Random {
  return new Random(Math.floor(random.next() * 2 ** 32));
}

/** One of the names, by their weights. */
export function weighted<Name extends string>(
  random: Random,
  weights: Readonly<Record<Name, number>>,
): Name {
  const entries = Object.entries(weights) as [Name, number][];
  let at = random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [name, weight] of entries) {
    at -= weight;
    if (at < 0) return name;
  }
  throw new Error('there is nothing to choose from');
}

/** The same ones in another order. */
export function shuffled<T>(random: Random, from: readonly T[]): T[] {
  return from
    .map((each) => ({ each, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ each }) => each);
}
