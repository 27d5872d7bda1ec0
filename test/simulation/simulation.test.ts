import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enumeratePoints, STRIKES, type Strike } from './crash-points.ts';
import { MUTANTS } from './mutants/all.ts';
import { catchMutant } from './mutants/catch-mutant.ts';
import { runSeed } from './run-seed.ts';
import { runSeeds } from './run-seeds.ts';

describe('the simulation', () => {
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    Error.stackTraceLimit = 0;
  });
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it('is the same again with the same seed', async () => {
    const [one, other] = [await runSeed(4711), await runSeed(4711)];
    expect(one.hash).toBe(other.hash);
    expect((await runSeed(4712)).hash).not.toBe(one.hash);
  });

  it('finds nothing wrong in 2000 seeds', async () => {
    const { seeds, failures } = await runSeeds({ from: 1, count: 2000 }, 2);
    expect(failures).toEqual([]);
    expect(seeds).toBe(2000);
  }, 600_000);

  it.each(STRIKES)(
    'finds nothing wrong whatever call it is: %s',
    async (strike) => {
      let runs = 0;
      for await (const { where, result } of enumeratePoints({ maxNodes: 1, feederds: 1 }, [
        strike,
      ])) {
        runs += 1;
        expect(result.violation && { where, ...result.violation }).toBeUndefined();
      }
      expect(runs).toBeGreaterThan(50);
    },
    120_000,
  );

  it('publishes no short output after a node stood still for longer than its lease', async () => {
    const stops: Strike[] = ['stop, clocks run on'];
    for (const seed of [2, 3, 4]) {
      const options = { seed, maxNodes: 2, feederds: 1, isShort: true };
      for await (const { where, result } of enumeratePoints(options, stops)) {
        expect(result.violation && { where, ...result.violation }).toBeUndefined();
      }
    }
  }, 120_000);

  it.each(MUTANTS)(
    'finds the mutant: $name',
    async (mutant) => {
      const { seed } = await catchMutant(mutant, { from: 1, most: 500 });
      expect(seed).toBeDefined();
    },
    120_000,
  );
});
