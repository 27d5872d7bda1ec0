import { expect, it } from 'vitest';
import { readRetryAfter } from '../../../../src/feederd/notify/read-retry-after.ts';

const NOW = Date.UTC(2026, 10, 24, 12);

it.each([
  ['120', 120],
  [' 0 ', 0],
  ['Tue, 24 Nov 2026 12:10:00 GMT', 600],
  ['Tuesday, 24-Nov-26 12:10:00 GMT', 600],
  ['Tue Nov 24 12:10:00 2026 GMT', 600],
  ['Tue, 24 Nov 2026 11:00:00 GMT', 0],
  ['99999999999999', undefined],
  ['-5', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['Wed, 99 Foo 2026', undefined],
  ['2027', 2027],
  ['', undefined],
  [undefined, undefined],
])('reads %j as %s', (header, seconds) => {
  expect(readRetryAfter(header, NOW)).toBe(seconds);
});

it('reads the first of several', () => {
  expect(readRetryAfter(['7', '8'], NOW)).toBe(7);
});
