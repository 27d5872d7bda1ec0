import { runSeed } from '../run-seed.ts';
import type { Mutant } from './mutant.ts';

/** How a mutant was found, or that it was not. */
export interface Catch {
  readonly mutant: Mutant;
  /** Undefined: it survived. */
  readonly seed: number | undefined;
  readonly seedsNeeded: number;
  readonly invariant: string;
  readonly message: string;
}

/** Runs seeds with the mutant planted until one of them finds it. */
export async function catchMutant(
  mutant: Mutant,
  { from, most }: { from: number; most: number },
): Promise<Catch> {
  for (let seed = from; seed < from + most; seed += 1) {
    const { violation } = await runSeed(seed, { mutant });
    if (violation !== undefined) {
      return { mutant, seed, seedsNeeded: seed - from + 1, ...violation };
    }
  }
  return { mutant, seed: undefined, seedsNeeded: most, invariant: '', message: 'survived' };
}
