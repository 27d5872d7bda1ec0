import { expect, it } from 'vitest';
import { overallProgress } from '../../../../src/nommers/ffmpeg/overall-progress.ts';

const block = { frame: 1, fps: 25, outSeconds: 5, totalSize: 1, speed: 2, ended: false };

it('weighs passes equally and counts those to come into the time left', () => {
  const first = overallProgress(block, { pass: 1, expectedSeconds: [10, 10], lastPercent: null });
  expect(first).toMatchObject({ percent: 25, etaSeconds: 7.5, pass: 1, passes: 2 });
  const second = overallProgress(block, { pass: 2, expectedSeconds: [10, 10], lastPercent: 50 });
  expect(second).toMatchObject({ percent: 75, etaSeconds: 2.5, pass: 2 });
});

it('never goes back', () => {
  const so = { pass: 1, expectedSeconds: [10], lastPercent: 60 };
  expect(overallProgress(block, so).percent).toBe(60);
});

it('stays below 100 while anything is left to do', () => {
  const end = { ...block, outSeconds: 11, ended: true };
  const so = { pass: 1, expectedSeconds: [10], lastPercent: 90 };
  expect(overallProgress(end, so).percent).toBe(99.9);
});

it('tells neither percent nor time left for an unknown duration', () => {
  const so = { pass: 1, expectedSeconds: [null], lastPercent: null };
  expect(overallProgress(block, so)).toMatchObject({
    percent: null,
    etaSeconds: null,
    outSeconds: 5,
    fps: 25,
    speed: 2,
  });
});
