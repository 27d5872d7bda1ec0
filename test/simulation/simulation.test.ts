import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enumeratePoints, STRIKES, type Strike } from './crash-points.ts';
import { DANGERS, type Danger } from './dangers.ts';
import { INVARIANTS } from './invariants/all.ts';
import { MUTANTS } from './mutants/all.ts';
import { catchMutants, type Catch } from './mutants/catch-mutant.ts';
import { runSeed } from './run-seed.ts';
import { runSeeds, type SeedsResult } from './run-seeds.ts';

const SEEDS = 2000;
const MUTANT_SEEDS = 400;
const THREADS = 2;
/** How often each danger has to have come true, where once in a hundred seeds is too much to ask for. */
const SELDOM: { readonly [Each in Danger]?: number } = {
  'a message that came often is sent anew': 3,
  'an output is published by an outdated attempt': 8,
  'the end of an attempt comes too late': 10,
  'a node hangs and is ended': 10,
};

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

  describe(`of ${SEEDS} seeds`, () => {
    let result: SeedsResult;
    beforeAll(async () => {
      result = await runSeeds({ from: 1, count: SEEDS }, THREADS);
    }, 600_000);

    it('finds nothing wrong', () => {
      expect(result.failures).toEqual([]);
      expect(result.seeds).toBe(SEEDS);
    });

    it.each(DANGERS)('has been through this: %s', (danger) => {
      expect(result.dangers[danger]).toBeGreaterThanOrEqual(SELDOM[danger] ?? SEEDS / 100);
    });
  });

  it.each(STRIKES)(
    'finds nothing wrong whatever call it is: %s',
    async (strike) => {
      let runs = 0;
      for await (const { where, result } of enumeratePoints({ nodes: 1, jobs: 1 }, [strike])) {
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
      const options = { seed, nodes: 2, jobs: 2, isShort: true } as const;
      for await (const { where, result } of enumeratePoints(options, stops)) {
        expect(result.violation && { where, ...result.violation }).toBeUndefined();
      }
    }
  }, 120_000);

  describe('with a bug planted', () => {
    let catches: ReadonlyMap<string, Catch>;
    beforeAll(async () => {
      const all = await catchMutants({ from: 1, most: MUTANT_SEEDS }, THREADS);
      catches = new Map(all.map((each) => [each.name, each]));
    }, 600_000);

    it.each(MUTANTS)('finds by $expects that it $name', ({ name }) => {
      expect(catches.get(name)?.seed).toBeDefined();
    });

    it.each(INVARIANTS)('finds some by $id: $says', ({ id }) => {
      expect(MUTANTS.map(({ expects }) => expects)).toContain(id);
    });
  });
});
