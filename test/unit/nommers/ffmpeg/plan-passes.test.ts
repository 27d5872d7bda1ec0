import { expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/core/json.ts';
import { buildArgv } from '../../../../src/nommers/ffmpeg/build-argv.ts';
import { planPasses } from '../../../../src/nommers/ffmpeg/plan-passes.ts';

const FFMPEG = {
  encoders: new Set(['aac']),
  muxers: new Set(['mp4', 'webm', 'matroska', 'mpegts', 'ipod']),
  mainOptions: new Set(['f', 'pass', 'an', 'L', 'stats_period']),
};

const plan = (options: JsonValue, extension = 'mp4') =>
  planPasses({ options, extension }, 'source.avi', FFMPEG);
const shown = (options: JsonValue, extension?: string) =>
  plan(options, extension).passes.map(({ argv }) => argv.shown);

it('keeps the given order, and writes all passes but the last to nowhere', () => {
  const passes = [
    {
      outfile_options: [
        ['vcodec', 'libx264'],
        ['pass', 1],
        ['f', 'mp4'],
        ['an', null],
      ],
    },
    {
      infile_options: { ss: 3 },
      outfile_options: [
        ['pass', 2],
        ['vf', "scale='2:2'"],
      ],
    },
  ];
  expect(shown(passes)).toEqual([
    'ffmpeg -i source.avi -vcodec libx264 -pass 1 -f mp4 -an /dev/null',
    `ffmpeg -ss 3 -i source.avi -pass 2 -vf 'scale='\\''2:2'\\''' output.mp4`,
  ]);
});

it('gives an analysis pass a format when it has none', () => {
  expect(shown([{}, {}])[0]).toBe('ffmpeg -i source.avi -f null /dev/null');
});

it.each<[JsonValue, string]>([
  [{}, '-movflags +faststart'],
  [{ movflags: '+frag_keyframe' }, '-movflags +frag_keyframe+faststart'],
  [{ movflags: 'use_metadata_tags+faststart' }, '-movflags use_metadata_tags+faststart'],
])('moves the atom to the front next to %j', (outfile, flags) => {
  expect(shown([{ outfile_options: outfile, move_atom_to_front: true }])).toEqual([
    `ffmpeg -i source.avi ${flags} output.mp4`,
  ]);
});

it('moves the atom in the last pass when any pass asks for it', () => {
  const [first, last] = shown([{ move_atom_to_front: true }, {}]);
  expect(first).not.toContain('movflags');
  expect(last).toContain('-movflags +faststart');
});

it('tells that a container has no atom to move', () => {
  const { told, passes } = plan([{ move_atom_to_front: true }], 'webm');
  expect(told).toEqual(['move_atom_to_front left out: webm files have no such atom']);
  expect(passes[0]?.argv.args).not.toContain('-movflags');
});

it.each<[JsonValue, string, string]>([
  [{ f: 'mp4' }, '', 'output.mp4'],
  [{ f: 'matroska' }, '', 'output.mkv'],
  [{ f: 'mp4' }, 'm4v', 'output.m4v'],
  [{}, 'MKV', 'output.mkv'],
  [{ f: 'mpegts' }, '../../x', 'output.ts'],
])('names the output of %j for the extension %j %s', (outfile, extension, name) => {
  expect(plan([{ outfile_options: outfile }], extension).output.name).toBe(name);
});

it.each<[string, JsonValue, string, RegExp]>([
  ['an unknown container', {}, '', /give the option f, or dest_path an extension/],
  ['a hostile extension', {}, 'a/b', /give the option f/],
  ['an unknown format', { f: 'nosuch' }, 'mp4', /not known to make one file.*nosuch/],
  ['a format that this FFmpeg lacks', { f: 'vvc' }, 'mp4', /no such format.*vvc/],
  ['a format that makes no file', { f: 'NULL' }, 'mp4', /makes no file/],
  ['a playlist', {}, 'm3u8', /more than one file/],
  ['an option of FFmpeg’s own that is not listed', { L: '/elsewhere' }, 'mp4', /may not set/],
])('refuses %s', (_what, outfile, extension, message) => {
  expect(() => plan([{ outfile_options: outfile }], extension)).toThrow(
    expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringMatching(message) }),
  );
});

it('refuses an analysis pass that would write numbered files', () => {
  const ffmpeg = { ...FFMPEG, muxers: new Set(['image2', 'mp4']) };
  const options = [{ outfile_options: { f: 'image2' } }, {}];
  expect(() => planPasses({ options, extension: 'mp4' }, 'source.avi', ffmpeg)).toThrow(
    /before the last one/,
  );
});

it('knows formats whatever their case', () => {
  expect(plan([{ outfile_options: { f: 'Matroska' } }], '').output.name).toBe('output.mkv');
});

it('leaves out what people paste, and tells it', () => {
  const pasted = { y: null, hide_banner: true, loglevel: 'quiet', nostats: null, nostdin: null };
  const { told, passes } = plan([{ infile_options: { v: 'error' }, outfile_options: pasted }]);
  expect(passes[0]?.argv.shown).toBe('ffmpeg -i source.avi output.mp4');
  expect(told).toHaveLength(6);
});

it('lets no list of protocols or formats but its own reach FFmpeg', () => {
  const args = plan([{}]).passes[0]?.argv.args ?? [];
  expect(args[args.indexOf('-protocol_whitelist') + 1]).toBe('file,pipe');
  const formats = args[args.indexOf('-format_whitelist') + 1]?.split(',') ?? [];
  expect(formats).toContain('mov');
  for (const hostile of ['concat', 'hls', 'dash', 'lavfi', 'tty', 'sdp']) {
    expect(formats).not.toContain(hostile);
  }
});

it('looks at values again after they were translated', () => {
  const outfileOptions = [['vf', 'yadif,movie=other.mp4']] as const;
  const pass = { infileOptions: [], outfileOptions, moveAtomToFront: false };
  const { mainOptions } = FFMPEG;
  expect(() =>
    buildArgv({ pass, source: 'source.avi', output: 'output.mp4', mainOptions }),
  ).toThrow(
    expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringMatching(/"movie"/) }),
  );
});

it('shows no secret of the options, and tells which they are', () => {
  const secret = '0123456789abcdef0123456789abcdef';
  const options = { encryption_scheme: 'cenc-aes-ctr', encryption_key: secret };
  const [pass] = plan([{ outfile_options: options }]).passes;
  expect(pass?.argv.args).toContain(secret);
  expect(pass?.argv.shown).toContain('-encryption_key ***');
  expect(pass?.argv.shown).not.toContain(secret);
  expect(pass?.argv.secrets).toEqual([secret]);
});
