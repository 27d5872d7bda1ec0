import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateLimiter } from '../../../../src/feederd/api/rate-limiter.ts';

function limiter(perSecond: number, burst: number) {
  const clock = { ms: 5000 };
  return { clock, limiter: new RateLimiter({ perSecond, burst, now: () => clock.ms }) };
}

describe('RateLimiter', () => {
  it('lets a burst through, then says how long to wait, and a wait of that length is enough', () => {
    const { clock, limiter: two } = limiter(2, 3);
    expect([1, 2, 3, 4, 5].map(() => two.take('a'))).toEqual([0, 0, 0, 0.5, 0.5]);
    clock.ms += 499;
    expect(two.take('a')).toBeCloseTo(0.001);
    clock.ms += 1;
    expect([two.take('a'), two.take('a')]).toEqual([0, 0.5]);
  });

  it('counts every key for itself, and forgets in time', () => {
    const { clock, limiter: one } = limiter(1, 1);
    expect([one.take('a'), one.take('b'), one.take('a')]).toEqual([0, 0, 1]);
    clock.ms += 3_600_000;
    expect([one.take('a'), one.take('a')]).toEqual([0, 1]);
  });

  it('takes nothing by a look', () => {
    const { limiter: one } = limiter(1, 1);
    expect([one.wait('a'), one.wait('a'), one.take('a'), one.wait('a')]).toEqual([0, 0, 0, 1]);
  });

  it('forgets who was away longest when ever new ones come, and not who is here', () => {
    const { clock, limiter: rare } = limiter(0.000_1, 1);
    rare.take('away');
    rare.take('here');
    for (let key = 0; key < 10_000; key += 1) {
      clock.ms += 1;
      if (key === 5000) clock.ms += 10_000_000;
      rare.take(`${key}`);
      if (key === 5000) rare.take('here');
    }
    expect(rare.wait('away')).toBe(0);
    expect(rare.wait('here')).toBeGreaterThan(0);
  });

  it('never lets more through than the rate and one burst', () => {
    const gap = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 200 }), (gaps) => {
        const { clock, limiter: five } = limiter(5, 4);
        const begin = clock.ms;
        let taken = 0;
        for (const each of gaps) {
          clock.ms += each;
          if (five.take('a') === 0) taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(4 + (5 * (clock.ms - begin)) / 1000);
      }),
    );
  });
});
