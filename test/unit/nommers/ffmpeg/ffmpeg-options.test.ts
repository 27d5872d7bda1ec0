import { describe, expect, it } from 'vitest';
import { parseFFmpegOptions } from '../../../../src/core/ffmpeg-options.ts';
import type { JsonValue } from '../../../../src/core/json.ts';

const parse = (pairs: JsonValue) =>
  parseFFmpegOptions([{ outfile_options: pairs }])[0]?.outfileOptions;

describe('reading options of a job', () => {
  it('keeps the order of pairs, objects and mixtures of them', () => {
    expect(parse([['b', '400k'], { g: 120, an: null }, ['threads', 0]])).toEqual([
      ['b', '400k'],
      ['g', '120'],
      ['an', null],
      ['threads', '0'],
    ]);
  });

  it('takes flags as null or true, and leaves out what is set to false', () => {
    expect(parse({ an: true, sn: null, vn: false, noautorotate: null })).toEqual([
      ['an', null],
      ['sn', null],
      ['noautorotate', null],
    ]);
  });

  it('gives a number to what is none of FFmpeg’s flags', () => {
    const infile_options = { seek_timestamp: true, autorotate: true, accurate_seek: 1 };
    expect(parseFFmpegOptions([{ infile_options }])[0]?.infileOptions).toEqual([
      ['seek_timestamp', '1'],
    ]);
  });

  it.each([{ 'stream_loop:0': -1 }, { 'isync:0': null }, { 'f:0': 'image2' }])(
    'refuses a stream specifier where FFmpeg would ignore it: %j',
    (infile_options) => {
      expect(() => parseFFmpegOptions([{ infile_options }])).toThrow(/may not set/);
    },
  );

  it.each<[string, JsonValue]>([
    ['a value that would become an output file', [['an', '/elsewhere/evil.mp4']]],
    ['a missing value that would swallow the next name', [['b', null]]],
    ['a further input', [['i', '/etc/passwd']]],
    ['a file that opens by a filter', [['vf', 'movie=/etc/passwd[a];[in][a]overlay']]],
    ['such a filter in quotes', [['vf', "null,mo'vi'e=/etc/passwd"]]],
    ['such a filter with a name of its own', [['filter_complex', '[0:v]null[a];amovie@x=y[b]']]],
    ['a text from a file', [['vf', 'drawtext=textfile=/etc/passwd']]],
    ['a value from a file', [['vf', 'drawtext=/text=/etc/passwd']]],
    ['statistics to a file', [['x264-params', 'stats=/elsewhere/file']]],
    ['a muxer of many files', [['f', 'tee']]],
    ['a protocol list', [['protocol_whitelist', 'file,http']]],
  ])('refuses %s', (_what, pairs) => {
    expect(() => parse(pairs)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  });

  it.each<[string, JsonValue]>([
    ['filters of 2012', [['vf', "yadif,scale='640:trunc(ow/a/2)*2'"]]],
    ['text without files', [['vf', "drawtext=text='movie night':x=10"]]],
    ['encoder parameters', [['x264-params', 'keyint=60:scenecut=0']]],
  ])('takes %s', (_what, pairs) => {
    expect(parse(pairs)).toEqual(pairs);
  });
});
