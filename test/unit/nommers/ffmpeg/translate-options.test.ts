import { describe, expect, it } from 'vitest';
import { parseFFmpegOptions } from '../../../../src/core/ffmpeg-options.ts';
import type { JsonValue } from '../../../../src/core/json.ts';
import { translateOptions } from '../../../../src/nommers/ffmpeg/translate-options.ts';

/** What FFmpeg 9.0 has left of the options that rules look at. */
const BARE = { encoders: new Set(['aac', 'libx264']), mainOptions: new Set(['fps_mode']) };
/** FFmpeg 5.1 as Debian builds it. */
const DEBIAN_12 = {
  encoders: new Set(['aac', 'libx264']),
  mainOptions: new Set(['vsync', 'fps_mode', 'vol', 'vbsf', 'absf', 'map_channel', 'top', 'psnr']),
};

function translate(pairs: JsonValue, ffmpeg = BARE, extension = 'mp4') {
  const passes = parseFFmpegOptions([{ outfile_options: pairs }]);
  const { passes: translated, told } = translateOptions(passes, ffmpeg, extension);
  return { pairs: translated[0]?.outfileOptions, told };
}

describe('translating options of 2012', () => {
  it.each<[string, JsonValue, JsonValue]>([
    ['libfaac', [['acodec', 'libfaac']], [['acodec', 'aac']]],
    ['libvo_aacenc', [['c:a', 'libvo_aacenc']], [['c:a', 'aac']]],
    [
      'an HE profile',
      [
        ['acodec', 'libfdk_aac'],
        ['profile:a', 'aac_he'],
      ],
      [
        ['acodec', 'aac'],
        ['profile:a', 'aac_low'],
      ],
    ],
    ['vpre', [['vpre', 'libx264-hq']], [['preset', 'slow']]],
    [
      'a vpre of a device',
      [['vpre', 'ipod640']],
      [
        ['profile:v', 'baseline'],
        ['level', '3.0'],
        ['maxrate', '10M'],
        ['bufsize', '10M'],
      ],
    ],
    ['sameq', [['sameq', null]], [['crf', '18']]],
    [
      'sameq of an older codec',
      [
        ['vcodec', 'mpeg4'],
        ['sameq', null],
      ],
      [
        ['vcodec', 'mpeg4'],
        ['qscale:v', '2'],
      ],
    ],
    ['deinterlace', [['deinterlace', null]], [['vf', 'yadif']]],
    [
      'deinterlace with filters',
      [
        ['vf', 'scale=640:-2'],
        ['deinterlace', null],
      ],
      [['vf', 'yadif,scale=640:-2']],
    ],
    ['vsync by number', [['vsync', '1']], [['fps_mode', 'cfr']]],
    ['vsync by name', [['vsync', 'vfr']], [['fps_mode', 'vfr']]],
    ['vbsf', [['vbsf', 'h264_mp4toannexb']], [['bsf:v', 'h264_mp4toannexb']]],
    ['absf', [['absf', 'aac_adtstoasc']], [['bsf:a', 'aac_adtstoasc']]],
    ['vol', [['vol', '512']], [['af', 'volume=2']]],
    ['top', [['top', '1']], [['vf', 'setfield=tff']]],
    ['map_meta_data', [['map_meta_data', '0']], [['map_metadata', '0']]],
    [
      'crops and pads around a size',
      { croptop: 8, cropleft: 4, s: '160x90', padtop: 10, padbottom: 20 },
      [['vf', 'crop=in_w-4-0:in_h-8-0:4:8,scale=size=160x90,pad=iw+0+0:ih+10+20:0:10:black']],
    ],
    ['alang', [['alang', 'eng']], [['metadata:s:a:0', 'language=eng']]],
    ['intra', [['intra', null]], [['g', '1']]],
    [
      'what has no meaning any more',
      { isync: null, psnr: null, qphist: null, adrift_threshold: 0.1, rc_eq: 'blurCplx^(1-qComp)' },
      [],
    ],
    ['x264 flags', [['flags2', '+bpyramid+mixed_refs+fast']], [['flags2', '+fast']]],
    [
      'the quality of libfdk_aac',
      { acodec: 'libfdk_aac', vbr: 5 },
      [
        ['acodec', 'aac'],
        ['q:a', '2'],
      ],
    ],
    [
      'the quality of libfaac',
      { acodec: 'libfaac', aq: 100 },
      [
        ['acodec', 'aac'],
        ['q:a', '1'],
      ],
    ],
  ])('gives today’s form of %s and tells it', (_what, given, expected) => {
    const { pairs, told } = translate(given);
    expect(pairs).toEqual(expected);
    expect(told.length).toBeGreaterThan(0);
  });

  it.each<[JsonValue, RegExp]>([
    [[['apre', 'x']], /apre .*one by one/],
    [{ padtop: 2, s: '64x64,movie=other.mp4' }, /s must be a size/],
    [[['vpre', 'mystery']], /vpre .*preset/],
    [
      [
        ['vcodec', 'libvpx'],
        ['sameq', null],
      ],
      /sameq .*crf/,
    ],
    [[['map_channel', '0.1.0']], /map_channel .*pan/],
    [[['newaudio', null]], /newaudio .*map/],
    [[['loop_input', null]], /loop_input .*stream_loop/],
    [[['vsync', 'drop']], /vsync .*fps_mode/],
    [[['croptop', 'many']], /croptop must be a number of pixels/],
  ])('refuses %j with advice', (given, message) => {
    expect(() => translate(given)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringMatching(message) }),
    );
  });

  it.each([
    ['avi', {}, [['qscale:v', '2']]],
    ['mp4', { f: 'AVI' }, [['qscale:v', '2']]],
    ['MKV', {}, [['crf', '18']]],
  ])('takes sameq for the encoder that %s %j brings', (extension, given, expected) => {
    const { pairs } = translate({ ...given, sameq: null }, BARE, extension);
    expect(pairs?.filter(([name]) => name !== 'f')).toEqual(expected);
  });

  it('refuses sameq with advice where the encoder is unknown', () => {
    expect(() => translate({ sameq: null }, BARE, 'webm')).toThrow(/say how good/);
  });

  it('puts on the right side what stands on the wrong one', () => {
    const infile_options = { ss: 1, deinterlace: null, vol: 512, croptop: 8 };
    const passes = parseFFmpegOptions([
      { infile_options, outfile_options: { loop_input: null, t: 5 } },
    ]);
    const [pass] = translateOptions(passes, BARE, 'mp4').passes;
    expect(pass).toMatchObject({
      infileOptions: [
        ['ss', '1'],
        ['stream_loop', '-1'],
      ],
      outfileOptions: [
        ['t', '5'],
        ['vf', 'yadif,crop=in_w-0-0:in_h-8-0:0:8'],
        ['af', 'volume=2'],
      ],
    });
  });

  it('leaves alone what the FFmpeg in hand still takes', () => {
    const given = [
      ['vsync', '1'],
      ['vol', '512'],
      ['vbsf', 'null'],
      ['top', '1'],
      ['psnr', null],
      ['async', '480'],
      ['vprofile', 'baseline'],
    ];
    expect(translate(given, DEBIAN_12)).toEqual({ pairs: given, told: [] });
  });

  it('leaves an AAC encoder alone that is built in', () => {
    const ffmpeg = { ...BARE, encoders: new Set(['aac', 'libfdk_aac']) };
    const given = [
      ['acodec', 'libfdk_aac'],
      ['profile:a', 'aac_he'],
    ];
    expect(translate(given, ffmpeg)).toEqual({ pairs: given, told: [] });
  });

  it('tells the same change of several passes once', () => {
    const pass = { outfile_options: [['acodec', 'libfaac']] };
    const { told } = translateOptions(parseFFmpegOptions([pass, pass]), BARE, 'mp4');
    expect(told).toEqual(['libfaac → aac: this FFmpeg is built without libfaac']);
  });
});
