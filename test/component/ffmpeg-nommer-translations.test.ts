import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseFFmpegOptions } from '../../src/core/ffmpeg-options.ts';
import type { JsonValue } from '../../src/core/json.ts';
import { translateOptions } from '../../src/nommers/ffmpeg/translate-options.ts';
import { CLIP, makeMedia, nomAFile, nommer, onePass, openDirectory } from './nom-a-file.ts';

/** An FFmpeg that has dropped all of it. */
const BARE = { encoders: new Set(['aac']), mainOptions: new Set<string>() };

let clip: string;

beforeAll(async () => {
  clip = await makeMedia(join(await openDirectory(afterAll), 'clip.mp4'), CLIP);
});

it.each<[JsonValue, object]>([
  [{ acodec: 'libfaac', vprofile: 'baseline' }, { audio: { codec: 'aac', profile: 'LC' } }],
  [{ acodec: 'libfdk_aac', 'profile:a': 'aac_he' }, { audio: { codec: 'aac', profile: 'LC' } }],
  [{ acodec: 'libfdk_aac', vbr: 5 }, { audio: { codec: 'aac' } }],
  [{ acodec: 'libfaac', aq: 100 }, { audio: { codec: 'aac' } }],
  [{ vpre: 'baseline' }, { video: { profile: 'Constrained Baseline' } }],
  [{ vpre: 'ipod640' }, { video: { profile: 'Constrained Baseline' } }],
  [{ vpre: 'hq', sameq: null }, { video: { codec: 'h264' } }],
  [{ vcodec: 'mpeg4', same_quant: null }, { video: { codec: 'mpeg4' } }],
  [{ deinterlace: null, vsync: 1, intra: null, top: 1, vol: 512 }, { audio: { codec: 'aac' } }],
  [{ vsync: -1 }, { video: { frameRate: 25 } }],
  [{ vcodec: 'copy', acodec: 'copy', vbsf: 'null', absf: 'null' }, { video: { width: 320 } }],
  [{ map_meta_data: '0', alang: 'eng', directpred: 3 }, { video: { codec: 'h264' } }],
  [{ croptop: 20, cropleft: 40 }, { video: { width: 280, height: 160 } }],
  [
    { s: '160x90', padtop: 10, padbottom: 20, padcolor: 'ff0000' },
    { video: { width: 160, height: 120 } },
  ],
  [
    { flags2: '+bpyramid+mixed_refs+fast', rc_eq: 'blurCplx^(1-qComp)', psnr: null, isync: null },
    { video: { codec: 'h264' } },
  ],
])('runs today’s form of %j', async (outfile, facts) => {
  const { passes, told } = translateOptions(parseFFmpegOptions(onePass(outfile)), BARE, 'mp4');
  expect(told).not.toEqual([]);
  const options = passes.map((pass) => ({ outfile_options: pass.outfileOptions }));
  const { result } = await nomAFile(clip, options);
  expect(result.outputs[0]?.facts).toMatchObject(facts);
});

it('runs options of 2010 as they were given, and tells what it changed', async () => {
  const old = {
    vcodec: 'libx264',
    vpre: 'default',
    acodec: 'libfaac',
    deinterlace: null,
    intra: null,
  };
  const { result, translated } = await nomAFile(clip, onePass({ ...old, croptop: 2, vsync: 1 }));
  expect(result.outputs[0]?.facts).toMatchObject({
    video: { height: 178 },
    audio: { codec: 'aac' },
  });
  const gone = ['libfaac', 'vpre', 'deinterlace', 'intra', 'croptop'];
  const { mainOptions } = await nommer.prepare();
  const expected = mainOptions.has('vsync') ? gone : [...gone, 'vsync'];
  expect(translated).toHaveLength(expected.length);
  for (const name of expected) expect(translated.join('\n')).toContain(name);
});

it('repeats a source for as long as asked', async () => {
  const options = [{ infile_options: { loop_input: null }, outfile_options: { t: 5 } }];
  const { result } = await nomAFile(clip, options);
  expect(result.outputs[0]?.facts.duration).toBeCloseTo(5, 1);
});
