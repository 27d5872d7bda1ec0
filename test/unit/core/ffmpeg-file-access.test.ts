import { describe, expect, it } from 'vitest';
import { findFileAccess } from '../../../src/core/ffmpeg-file-access.ts';

describe("an encoder's parameters", () => {
  it.each(['pass=1:st\\ats=x', "pass=1:'stats'=x", 'dump_yuv=x', "c'sv'=x"])(
    'are read as the encoder gets them, to find those that name a file: %s',
    (value) => {
      expect(findFileAccess('x264-params', value, 'output')).toMatch(/^a file parameter/);
    },
  );

  it('are taken when they name none', () => {
    const value = 'keyint=60:min_keyint=60:zones=0,100,q=20/101,200,b=1.5';
    expect(findFileAccess('x264-params', value, 'output')).toBeUndefined();
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
