import { expect, it } from 'vitest';
import { telling } from '../../../../src/nommers/ffmpeg/error-line.ts';

const INITIALIZING =
  '[error] Error initializing output stream 0:0 -- Error while opening encoder for output stream #0:0 - maybe incorrect parameters such as bit_rate, rate, width or height';

it.each<[string, string[]]>([
  ["Unknown encoder 'libfoo'", ["[fatal] Unknown encoder 'libfoo'"]],
  [
    'libx264: height not divisible by 2 (300x169)',
    [
      '[libx264 @ 0x5620d6754c00] [error] height not divisible by 2 (300x169)',
      INITIALIZING,
      '[aac @ 0x5620d6754fc0] [warning] 2 frames left in the queue on closing',
    ],
  ],
  [
    'x265: Picture width must be even',
    [
      'x265 [error]: Picture width must be even',
      '[libx265 @ 0x55dd7f83fc40] [error] Cannot open libx265 encoder.',
      INITIALIZING,
    ],
  ],
  [
    "Unrecognized option 'foo'.",
    [
      "[error] Unrecognized option 'foo'.",
      '[fatal] Error splitting the argument list: Option not found',
    ],
  ],
  [
    'mov: moov atom not found',
    [
      '[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55] [error] moov atom not found',
      '[error] file:source.mp4: Invalid data found when processing input',
    ],
  ],
  [
    'source.txt: Invalid data found when processing input',
    ['[error] file:source.txt: Invalid data found when processing input'],
  ],
  [
    'hls: this format is not taken, because it can open other files',
    [
      "[hls @ 0x5606b0ba15c0] [error] Format not on whitelist 'mov,mp4'",
      '[error] file:source.mp4: Invalid argument',
    ],
  ],
])('tells %j', (expected, lines) => {
  expect(telling(lines)).toBe(expected);
});

it('tells nothing where FFmpeg told no error', () => {
  expect(telling(['[info] Press [q] to stop', '[warning] deprecated'])).toBeNull();
});

it('bounds the length of what it tells', () => {
  expect(telling([`[error] ${'x'.repeat(5000)}`])?.length).toBe(300);
});
