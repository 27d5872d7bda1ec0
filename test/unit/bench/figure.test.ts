import { describe, expect, it } from 'vitest';
import { allInTurn, isReached, median, quantile, ratio, short } from '../../../bench/figure.ts';

describe('figures of the bench', () => {
  it('take the middle of the samples, and what lies between two', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([1, 2, 3, 10])).toBe(2.5);
    expect(quantile([0, 10], 0.9)).toBe(9);
    expect(quantile([4], 0.99)).toBe(4);
    expect(median([])).toBeNaN();
  });

  it('run things in turn after one warm-up of each', async () => {
    const calls: string[] = [];
    const thing = (name: string) => () => Promise.resolve(calls.push(name));
    const samples = await allInTurn(2, { a: thing('a'), b: thing('b') });
    expect(calls.join('')).toBe('ababab');
    expect(samples).toEqual({ a: [3, 5], b: [4, 6] });
  });

  it('compare medians, and tell how far single rounds are apart', () => {
    const anchor = { name: 'anchor', samples: [10, 10, 10] };
    const ours = { name: 'ours', samples: [20, 30, 10] };
    expect(ratio(ours, anchor)).toEqual({ text: '× 2.00 (1.20–2.80)', value: 2 });
  });

  it('say what is reached: at most, at least, or nothing to reach', () => {
    const series = { name: 'x', samples: [1] };
    const of = (value: number) => ({
      ...{ unit: 'ms', anchor: series, ours: series, reach: '' },
      result: { text: '', value },
    });
    expect(isReached({ ...of(2), bound: { most: 2 } })).toBe(true);
    expect(isReached({ ...of(2.1), bound: { most: 2 } })).toBe(false);
    expect(isReached({ ...of(2), bound: { least: 3 } })).toBe(false);
    expect(isReached({ ...of(Number.NaN), bound: { most: 2 } })).toBe(false);
    expect(isReached(of(2))).toBeUndefined();
  });

  it.each([
    [1.0184, '1.018'],
    [0.256, '0.26'],
    [23.46, '23.5'],
    [1234.5, '1235'],
  ])('write %d as %s', (value, text) => expect(short(value)).toBe(text));
});
