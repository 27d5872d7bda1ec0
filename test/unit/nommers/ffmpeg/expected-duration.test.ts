import { expect, it } from 'vitest';
import { parseFFmpegOptions } from '../../../../src/core/ffmpeg-options.ts';
import type { JsonValue } from '../../../../src/core/json.ts';
import { expectedDuration } from '../../../../src/nommers/ffmpeg/expected-duration.ts';

function expected(options: { infile?: JsonValue; outfile?: JsonValue }, seconds: number | null) {
  const { infile = [], outfile = [] } = options;
  const [pass] = parseFFmpegOptions([{ infile_options: infile, outfile_options: outfile }]);
  if (pass === undefined) throw new Error('no pass');
  return expectedDuration(seconds, pass);
}

it.each<[JsonValue, JsonValue, number]>([
  [{}, {}, 100],
  [{}, { t: '00:00:10' }, 10],
  [{}, { t: 500 }, 100],
  [{}, { ss: '1:30' }, 10],
  [{}, { ss: 10, to: 30 }, 20],
  [{}, { t: 5, to: 30 }, 5],
  [{ ss: 40 }, { t: '2500ms' }, 2.5],
  [{ ss: 40, to: 70 }, { ss: 10 }, 20],
  [{ ss: 200 }, {}, 0],
  [{}, { vf: "yadif,scale='640:trunc(ow/a/2)*2'", r: 30 }, 100],
])('cuts 100 s by infile %j and outfile %j to %d s', (infile, outfile, seconds) => {
  expect(expected({ infile, outfile }, 100)).toBeCloseTo(seconds);
});

it.each<[JsonValue, JsonValue]>([
  [{}, { vf: 'scale=2:2,setpts=0.5*PTS' }],
  [{}, { af: 'atempo=2.0' }],
  [{}, { 'filter:a': 'volume=2, atempo=2.0' }],
  [{}, { filter_complex: '[0:v]null' }],
  [{}, { 'frames:v': 1 }],
  [{}, { shortest: null }],
  [{}, { fs: 1000 }],
  [{ stream_loop: 3 }, {}],
  [{ itsscale: 2 }, {}],
  [{}, { ss: 3, c: 'copy' }],
  [{}, { t: 'soon' }],
])('does not guess with infile %j and outfile %j', (infile, outfile) => {
  expect(expected({ infile, outfile }, 100)).toBeNull();
});

it('does not guess for a source of unknown duration', () => {
  expect(expected({}, null)).toBeNull();
});
