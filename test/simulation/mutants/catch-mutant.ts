import { runInThread } from '../run-in-thread.ts';
import { runSeed } from '../run-seed.ts';
import { MUTANTS } from './all.ts';
import type { Mutant } from './mutant.ts';

/** How a mutant was found, or that it was not. */
export interface Catch {
  readonly name: string;
  readonly of2012: boolean;
  readonly expects: string;
  /** Undefined: it survived. */
  readonly seed: number | undefined;
  readonly seedsNeeded: number;
  readonly message: string;
}

export interface SeedRange {
  readonly from: number;
  readonly most: number;
}

export interface CatchRequest extends SeedRange {
  readonly names: readonly string[];
}

/** Runs seeds with the mutant planted until the invariant that has to find it does so. */
export async function catchMutant(mutant: Mutant, { from, most }: SeedRange): Promise<Catch> {
  const { name, of2012 = false, expects, scenario } = mutant;
  const about = { name, of2012, expects };
  for (let seed = from; seed < from + most; seed += 1) {
    const options = { mutant, invariant: expects, ...(scenario && { scenario: scenario() }) };
    const { violation } = await runSeed(seed, options);
    if (violation?.invariant === expects) {
      return { ...about, seed, seedsNeeded: seed - from + 1, message: violation.message };
    }
  }
  return { ...about, seed: undefined, seedsNeeded: most, message: 'survived' };
}

/** The same for all mutants, on so many threads. */
export async function catchMutants(range: SeedRange, threads: number): Promise<readonly Catch[]> {
  const catches = await Promise.all(
    Array.from({ length: threads }, (_, thread) =>
      runInThread<readonly Catch[]>(new URL('../mutants-worker.ts', import.meta.url), {
        ...range,
        names: MUTANTS.map(({ name }) => name).filter((_name, index) => index % threads === thread),
      } satisfies CatchRequest),
    ),
  );
  const byName = new Map(catches.flat().map((each) => [each.name, each]));
  return MUTANTS.flatMap(({ name }) => byName.get(name) ?? []);
}
