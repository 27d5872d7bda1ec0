import { expect, it } from 'vitest';
import { LatestMap } from '../../../src/core/latest-map.ts';

it('lets those go that were not set for longest', () => {
  const map = new LatestMap<string, number>(2);
  map.set('a', 1).set('b', 2).set('a', 3);
  expect([...map]).toEqual([
    ['b', 2],
    ['a', 3],
  ]);
  map.set('c', 4);
  expect([...map]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
});
