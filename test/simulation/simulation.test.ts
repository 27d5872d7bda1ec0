import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MUTANTS } from './mutants/all.ts';
import { catchMutant } from './mutants/catch-mutant.ts';
import { runSeed } from './run-seed.ts';

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

  it('finds nothing wrong', async () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const { violation } = await runSeed(seed);
      expect(violation && { seed, ...violation }).toBeUndefined();
    }
  }, 120_000);

  it.each(MUTANTS)(
    'finds the mutant that $name',
    async (mutant) => {
      expect(await catchMutant(mutant, { from: 1, most: 200 })).toMatchObject({
        invariant: expect.stringMatching(/./) as string,
      });
    },
    60_000,
  );
});
