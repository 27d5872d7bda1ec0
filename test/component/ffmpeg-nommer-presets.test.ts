import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BUILT_IN_PRESETS } from '../../src/conf/presets.ts';
import {
  CLIP,
  complaintsOnPlaying,
  makeMedia,
  nomAFile,
  openDirectory,
  topLevelAtoms,
} from './nom-a-file.ts';

let clip: string;

beforeAll(async () => {
  clip = await makeMedia(join(await openDirectory(afterAll), 'clip.mp4'), CLIP);
});

type PresetName = keyof typeof BUILT_IN_PRESETS;

const baseline = (width: number) => ({
  video: { codec: 'h264', profile: 'Constrained Baseline', width },
  audio: { codec: 'aac', profile: 'LC' },
});

const EXPECTED: Readonly<Record<PresetName, object>> = {
  web_medium: baseline(640),
  android_low: baseline(640),
  cb_low: baseline(400),
  cb_medium: baseline(640),
  cb_high: baseline(1280),
  h264_web: { video: { codec: 'h264', width: 320 }, audio: { codec: 'aac', channels: 2 } },
  av1_web: { video: { codec: 'av1', width: 320 }, audio: { codec: 'opus', channels: 2 } },
  audio: { video: null, audio: { codec: 'aac', channels: 2 } },
  audio_opus: { video: null, audio: { codec: 'opus', channels: 2 } },
  poster: { video: { codec: 'mjpeg', width: 320, height: 180 }, audio: null },
};

it.each(Object.keys(EXPECTED) as PresetName[])('encodes with the preset %s', async (name) => {
  const { options } = BUILT_IN_PRESETS[name];
  const { result, translated } = await nomAFile(clip, options, { extension: '' });
  const [output] = result.outputs;
  expect(output?.facts).toMatchObject(EXPECTED[name]);
  expect(translated).toEqual([]);
  const file = output?.file ?? '';
  expect(await complaintsOnPlaying(file)).toBe('');
  if (/\.(?:mp4|m4a)$/.test(file)) {
    const atoms = await topLevelAtoms(file);
    expect(atoms.indexOf('moov')).toBeLessThan(atoms.indexOf('mdat'));
  }
});

it('knows every built-in preset in this test', () => {
  expect(Object.keys(EXPECTED).toSorted()).toEqual(Object.keys(BUILT_IN_PRESETS).toSorted());
});

it('scales large and upright pictures down to fit, to even sizes', async () => {
  const tall = await makeMedia(join(await openDirectory(), 'tall.mkv'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=s=1111x2333:r=5:d=1', '-c:v', 'mpeg4'],
  ]);
  const { result } = await nomAFile(tall, BUILT_IN_PRESETS.h264_web.options);
  expect(result.outputs[0]?.facts.video).toMatchObject({ height: 1920 });
  expect((result.outputs[0]?.facts.video?.width ?? 1) % 2).toBe(0);
});

it('scales without what only newer versions of FFmpeg know', () => {
  expect(JSON.stringify(BUILT_IN_PRESETS)).not.toContain('force_divisible_by');
});
