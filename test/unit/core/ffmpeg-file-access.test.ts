import { describe, expect, it } from 'vitest';
import { findFileAccess } from '../../../src/core/ffmpeg-file-access.ts';

describe("an encoder's parameters", () => {
  it.each(['pass=1:st\\ats=x', "pass=1:'stats'=x", 'dump_yuv=x', "c'sv'=x"])(
    'are read as the encoder gets them, to find those that name a file: %s',
    (value) => {
      expect(findFileAccess('x264-params', value, 'output')).toMatch(/^a file parameter/);
    },
  );

  it.each([
    ['x264-params', 'stats=9x'],
    ['vx264opts', 'stats=x'],
    ['vvenc-params', 'rcstatsfile=x'],
    ['kvazaar-params', 'roi=x'],
    ['svtav1-params', 'config=x'],
    ['some_opts', 'crf=3:my_own_file=x'],
    ['x265-params', 'film-grain=x'],
    ['x265-params', 'csv=1.csv'],
  ])('of any encoder name no file: %s %s', (base, value) => {
    expect(findFileAccess(base, value, 'output')).toMatch(/^a file parameter/);
  });

  it.each([
    ['x264-params', 'keyint=60:min_keyint=60:zones=0,100,q=20/101,200,b=1.5'],
    ['x264-params', 'colormatrix=bt709:me=umh:deblock=-1,-1:psy-rd=1.0,0.15:stats=0'],
    ['x265-params', 'analysis-reuse-level=5:log-level=none:master-display=G(1,2)L(3,4):hdr10=1'],
    ['svtav1-params', 'tune=0:film-grain=8:film-grain-denoise=0:keyint=10s'],
  ])('are taken when they name none: %s %s', (base, value) => {
    expect(findFileAccess(base, value, 'output')).toBeUndefined();
  });
});

it.each([
  ['c', 'librsvg'],
  ['vcodec', 'svg'],
])('a decoder of documents is refused for a source: %s %s', (base, value) => {
  expect(findFileAccess(base, value, 'input')).toBe(
    `the decoder "${value}", which reads documents that can name other files`,
  );
});
