import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NommerError } from '../../../src/core/errors.ts';
import { parseFFmpegOptions } from '../../../src/core/ffmpeg-options.ts';
import type { JsonValue } from '../../../src/core/json.ts';
import { PRESETS_OF_2012 } from '../../compat/presets-of-2012.ts';

const parse = (outfileOptions: JsonValue) =>
  parseFFmpegOptions([{ outfile_options: outfileOptions }])[0]?.outfileOptions;

function complaintAbout(options: JsonValue): string {
  try {
    parseFFmpegOptions(options);
  } catch (thrown) {
    expect(thrown).toMatchObject({ name: 'NommerError', code: 'BAD_OPTION', retryable: false });
    return (thrown as Error).message;
  }
  throw new Error('the options were taken');
}

describe('the options of a pass', () => {
  it('keep their order, as pairs, as objects or as one object', () => {
    const expected = [
      ['vcodec', 'libx264'],
      ['b', '400k'],
      ['an', null],
    ];
    expect(
      parse([
        ['vcodec', 'libx264'],
        ['b', '400k'],
        ['an', null],
      ]),
    ).toStrictEqual(expected);
    expect(parse([{ vcodec: 'libx264', b: '400k' }, { an: null }])).toStrictEqual(expected);
    expect(parse({ vcodec: 'libx264', b: '400k', an: null })).toStrictEqual(expected);
  });

  it('may come more than once, and with a dash', () => {
    expect(
      parse([
        ['-map', '0:v'],
        ['map', '0:a'],
      ]),
    ).toStrictEqual([
      ['map', '0:v'],
      ['map', '0:a'],
    ]);
  });

  it('keep a zero, and take numbers as text', () => {
    expect(
      parse([
        ['crf', 0],
        ['b:v', 1.5],
        ['g', '0'],
      ]),
    ).toStrictEqual([
      ['crf', '0'],
      ['b:v', '1.5'],
      ['g', '0'],
    ]);
  });

  it('are flags without a value; a flag set to false is left out', () => {
    expect(
      parse([
        ['an', null],
        ['vn', true],
        ['sn', ''],
      ]),
    ).toStrictEqual([
      ['an', null],
      ['vn', null],
      ['sn', null],
    ]);
    expect(
      parse([
        ['an', false],
        ['vn', 0],
      ]),
    ).toStrictEqual([]);
  });

  it('may be missing on either side', () => {
    expect(parseFFmpegOptions([{}, { infile_options: null, outfile_options: [] }])).toStrictEqual([
      { infileOptions: [], outfileOptions: [], moveAtomToFront: false },
      { infileOptions: [], outfileOptions: [], moveAtomToFront: false },
    ]);
  });

  it.each(Object.keys(PRESETS_OF_2012))(
    'of %s, as the client of 2012 sends them, are all taken',
    (name) => {
      const options = JSON.parse(PRESETS_OF_2012[name] ?? '') as {
        outfile_options: [string, string | null][];
      }[];
      const passes = parseFFmpegOptions(options);
      expect(passes.map(({ outfileOptions }) => outfileOptions)).toStrictEqual(
        options.map((pass) => pass.outfile_options),
      );
      expect(passes.map(({ moveAtomToFront }) => moveAtomToFront)).toStrictEqual([false, true]);
    },
  );
});

describe('what is not a list of passes', () => {
  it.each<[JsonValue, string]>([
    [null, 'job_options.options must be a list of passes, or the name of a preset; received null'],
    [
      'web',
      'job_options.options must be a list of passes, or the name of a preset; received "web"',
    ],
    [[], 'must be a list of passes'],
    [Array.from({ length: 11 }, () => ({})), 'may have at most 10 passes; received 11'],
    [['x'], 'job_options.options[0] is not a pass'],
    [[{}, { outfile_options: 7 }], 'job_options.options[1].outfile_options is not a pass'],
    [[{ outfile: [] }], 'job_options.options[0] is not a pass'],
    [[{ outfile_options: [['vcodec']] }], 'job_options.options[0].outfile_options'],
    [[{ outfile_options: [['b', ['1']]] }], 'job_options.options[0].outfile_options'],
    [[{ move_atom_to_front: 'yes' }], 'job_options.options[0].move_atom_to_front is not a pass'],
    [[{ outfile_options: Array.from({ length: 201 }, () => ['an', null]) }], 'at most 200 options'],
  ])('%j is told about', (options, message) => {
    expect(complaintAbout(options)).toContain(message);
  });
});

describe('options that reach outside the job', () => {
  it.each<[string, string | null]>([
    ['i', '/etc/passwd'],
    ['-i', '/etc/passwd'],
    ['--i', '/etc/passwd'],
    ['stats:v', '/tmp/x'],
    ['atomic_writing', '1'],
    ['report', null],
    ['progress', 'http://evil/'],
    ['passlogfile', '/tmp/x'],
    ['passlogfile:v', '/tmp/x'],
    ['vstats_file', '/tmp/x'],
    ['sdp_file', '/tmp/x'],
    ['attach', '/etc/passwd'],
    ['dump_attachment:t', '/tmp/x'],
    ['filter_script', '/tmp/x'],
    ['filter_script:v', '/tmp/x'],
    ['filter_complex_script', '/tmp/x'],
    ['/filter', '/tmp/x'],
    ['-/filter:v', '/tmp/x'],
    ['protocol_whitelist', 'http'],
    ['format_whitelist', 'hls'],
    ['f', 'tee'],
    ['f', 'TEE'],
    ['f', 'Hls'],
    ['vf', 'drawtext=/etc/passwd:text=x'],
    ['vf', 'curves=a:b:c:d:e:f:/etc/passwd'],
    ['vf', 'paletteuse=debug_kdtree=/tmp/x'],
    ['vf', 'null,lut3d@a=x'],
    ['vf', '[in] null [x] ; [x]\\movie=x'],
    ['vf', 'null]null'],
    ['vf', 'nosuch'],
    ['af', 'loudnorm=stats_file=/tmp/x'],
    ['af', 'whisper'],
    ['lavfi', 'sws_flags=area;movie=x'],
    ['vf', "null=x='a,b',ssim=/tmp/x"],
    ['f', 'segment'],
    ['f', 'hls'],
    ['vf', 'movie=/etc/passwd'],
    ['vf', 'scale=2:2,movie=x[a];[a]null'],
    ['vf', "mo'vi'e=x"],
    ['af', 'amovie=x'],
    ['filter:v', 'subtitles=/etc/passwd'],
    ['filter_complex', '[0:v]ass=x[v]'],
    ['vf', 'drawtext=textfile=/etc/passwd'],
    ['vf', 'drawtext=text=x:fontfile=/etc/passwd'],
    ['vf', 'lut3d=x.cube'],
    ['vf', 'scale=2:2, lut3d = file=x'],
    ['x264-params', 'qpfile=/etc/passwd'],
    ['x264opts', 'stats=/tmp/x'],
    ['x265-params', 'unheard-of=/etc/passwd'],
    ['svtav1-params', 'crf=30:unheard-of=../x'],
    ['vpre', '../../x'],
    ['preset', '/tmp/x'],
    ['print_graphs_file', 'x'],
    ['omx_libname', 'x.so'],
    ['load_plugins', 'x'],
    ['protocol_opts', 'x=y'],
    ['strftime', '1'],
    ['ca_file', 'x'],
    ['unheard_of', '1'],
    ['bsf:v', 'unheard_of=x'],
    ['bsf', 'null,unheard_of'],
    ['bsf', "nu'll',movie"],
    ['', 'x'],
    ['a b', 'x'],
    ['b;rm', 'x'],
    ['b', 'a\0b'],
  ])('are refused: %s %s', (name, value) => {
    expect(complaintAbout([{ outfile_options: [[name, value]] }])).toContain(
      'job_options.options[0].outfile_options ',
    );
    expect(complaintAbout([{ infile_options: [[name, value]] }])).toContain(
      'job_options.options[0].infile_options ',
    );
  });

  it.each<[string, string]>([
    ['vf', "yadif,scale='640:trunc(ow/a/2)*2'"],
    ['vf', 'drawtext=text=hello:x=10'],
    ['filter_complex', '[0:v]split[a][b];[a]scale=2:2[c];[b][c]overlay'],
    ['af', 'loudnorm=I=-16'],
    ['f', 'MP4'],
    ['af', 'highpass=f=200,equalizer=f=1000:width_type=h:width=200:g=-10'],
    ['af', 'bass=g=3:f=110,treble=f=3000,tremolo=f=5,atempo=1.5,volume=0.5'],
    ['af', 'aresample=async=1000,pan=stereo|c0=c0|c1=c1,loudnorm,dynaudnorm'],
    ['filter_complex', 'sine=f=440:d=1[a];[0:a][a]amix=inputs=2[out]'],
    ['filter_complex', '[0:v]palettegen[p];[0:v][p]paletteuse=dither=bayer:bayer_scale=5'],
    ['vf', 'curves=vintage'],
    ['vf', "drawtext@t=text='a\\:b, c;[d]':x=(w-tw)/2"],
    ['vf', "select='gt(scene,0.4)',setpts=N/FRAME_RATE/TB,thumbnail,tile=3x3"],
    [
      'vf',
      'crop=iw-20:ih,pad=640:360:-1:-1:black,bwdif,fps=25,format=yuv420p,setsar=1,setdar=16/9',
    ],
    ['vf', 'zscale=t=linear,tonemap=hable,colorspace=bt709,deband,drawbox=x=1,boxblur=2,gblur=2'],
    ['vf', 'transpose=1,hflip,vflip,rotate=PI/6,fade=in:0:30,hue=s=0,eq=contrast=1.2,lutyuv=y=val'],
    ['filter_complex', '[0:v][1:v]hstack[a];[a][2:v]vstack,xstack=inputs=2;concat=n=2:v=1:a=1'],
    ['x264-params', 'keyint=60:min-keyint=60'],
    ['metadata', 'title=The movie=in full, by AC/DC'],
    ['r', '30000/1001'],
    ['8x8dct', '1'],
    ['vprofile', 'high'],
    ['x264-params', 'zones=0,100,q=20/101,200,b=1.5'],
    ['force_key_frames', 'expr:gte(t,n_forced*(2)/3)'],
    ['bsf:v', 'h264_metadata=tick_rate=60000/1001,dump_extra=freq=k'],
    ['bsf:a', 'aac_adtstoasc'],
    ['bsf', "setts=ts='if(eq(N,0),0,PTS/2)'"],
    ['movflags', '+faststart'],
  ])('are not mistaken: %s %s', (name, value) => {
    expect(parse([[name, value]])).toStrictEqual([[name, value]]);
  });
});

describe('options of the source', () => {
  const parseInput = (infile: JsonValue, outfile: JsonValue = {}) =>
    parseFFmpegOptions([{ infile_options: infile, outfile_options: outfile }])[0]?.infileOptions;
  const complaint = (infile: JsonValue) => complaintAbout([{ infile_options: infile }]);

  it.each([
    { enable_drefs: 1 },
    { use_absolute_path: 1 },
    { f: 'lavfi' },
    { f: 'CONCAT' },
    { hwaccel: 'vaapi' },
    { hwaccel: 'auto' },
    { sub_charenc: 'ISO-2022-CN-EXT' },
    { sub_charenc: 'UTF-8,../x' },
    { pattern_type: 'glob' },
    { stream_loop: -1 },
    { vf: 'null' },
  ])('are refused where they reach further or never end: %j', (infile) => {
    expect(complaint(infile)).toContain('infile_options');
  });

  it('are taken when they only tell how to read it', () => {
    const usual = { ss: '3', f: 'rawvideo', 'c:v': 'h264', r: '25', noaccurate_seek: null };
    expect(parseInput(usual)).toStrictEqual(Object.entries(usual));
    for (const name of ['UTF-8', 'utf16le', 'CP1251', 'ISO-8859-15', 'Shift_JIS', 'GB18030']) {
      expect(parseInput({ sub_charenc: name })).toStrictEqual([['sub_charenc', name]]);
    }
    expect(parseInput({ stream_loop: -1 }, { t: 5 })).toStrictEqual([['stream_loop', '-1']]);
  });

  it('say no where a flag is set by default and is set to false', () => {
    const off = { autorotate: false, accurate_seek: 0, find_stream_info: true };
    expect(parseInput(off)).toStrictEqual([
      ['noautorotate', null],
      ['noaccurate_seek', null],
    ]);
  });
});

it('whatever comes is taken as passes or refused with BAD_OPTION', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      for (const options of [
        value,
        [value],
        [{ outfile_options: value }],
        [{ outfile_options: [value] }],
      ]) {
        try {
          expect(parseFFmpegOptions(options as JsonValue)).toBeInstanceOf(Array);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(NommerError);
          expect(thrown).toMatchObject({ code: 'BAD_OPTION' });
        }
      }
    }),
  );
});
