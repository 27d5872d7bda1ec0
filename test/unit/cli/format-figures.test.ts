import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatDuration,
  formatElapsed,
  formatPercent,
  formatSize,
  formatSpeed,
} from '../../../src/core/format-figures.ts';
import { formatTook } from '../../../src/cli/render/format-took.ts';
import { NOW } from './make-wire-job.ts';

describe('figures', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [98_949, '98.9 kB'],
    [646_400, '646 kB'],
    [999_600, '1.0 MB'],
    [20_100_000, '20.1 MB'],
    [83.2e9, '83.2 GB'],
    [5e18, '5000 PB'],
  ])('shows %d bytes as %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  it.each([
    [0, '0:00'],
    [-1, '0:00'],
    [42.4, '0:42'],
    [59.6, '1:00'],
    [723, '12:03'],
    [3723, '1:02:03'],
  ])('shows %d seconds of media as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    [420, '0.42 s'],
    [8200, '8.2 s'],
    [59_960, '1 min 0 s'],
    [192_000, '3 min 12 s'],
    [7_500_000, '2 h 5 min'],
  ])('shows %d ms of work as %s', (milliseconds, text) => {
    expect(formatElapsed(milliseconds)).toBe(text);
  });

  it.each([
    [0, 'just now'],
    [-30, '30 s ago'],
    [-120, '2 min ago'],
    [300, 'in 5 min'],
    [-3599, '1 h ago'],
    [-23.6 * 3600, '1 d ago'],
    [-40 * 86_400, '2026-10-15'],
  ])('shows a time %d s away as %s', (seconds, text) => {
    expect(formatAge(new Date(NOW + seconds * 1000).toISOString(), NOW)).toBe(text);
  });

  it('never claims that something is done before it is', () => {
    expect(formatPercent(99.99)).toBe('99%');
    expect(formatPercent(104)).toBe('100%');
  });

  it('shows how much faster than playing it work is', () => {
    expect([formatSpeed(0.52), formatSpeed(4.94), formatSpeed(9.96)]).toEqual([
      '0.5×',
      '4.9×',
      '10×',
    ]);
    expect(formatTook(5000, 10)).toBe('5.0 s, 2.0× faster than it plays');
    expect(formatTook(20_000, 10)).toBe('20.0 s');
    expect(formatTook(20_000, null)).toBe('20.0 s');
  });
});
