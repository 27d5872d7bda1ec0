import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonValue } from '../../src/core/json.ts';
import { PRESETS_OF_2012 } from '../compat/presets-of-2012.ts';
import {
  CLIP,
  complaintsOnPlaying,
  makeMedia,
  nomAFile,
  openDirectory,
  topLevelAtoms,
} from './nom-a-file.ts';

const optionsOf = (preset: string) => JSON.parse(PRESETS_OF_2012[preset] ?? '') as JsonValue;

let clip: string;

beforeAll(async () => {
  clip = await makeMedia(join(await openDirectory(afterAll), 'clip.mp4'), CLIP);
});

it.each<[string, number]>([
  ['web_medium', 640],
  ['android_low', 640],
  ['cb_low', 400],
  ['cb_medium', 640],
  ['cb_high', 1280],
])('makes a playable MP4 of what the client of 2012 sends for %s', async (name, width) => {
  const { result, translated } = await nomAFile(clip, optionsOf(name));
  const [output] = result.outputs;
  expect(output?.facts).toMatchObject({
    format: 'mov,mp4,m4a,3gp,3g2,mj2',
    video: { codec: 'h264', profile: 'Constrained Baseline', width },
    audio: { codec: 'aac', profile: 'LC' },
  });
  expect(output?.facts.duration).toBeCloseTo(2, 1);
  expect(translated).toEqual(['libfaac → aac: this FFmpeg is built without libfaac']);

  const file = output?.file ?? '';
  expect(await complaintsOnPlaying(file)).toBe('');
  const atoms = await topLevelAtoms(file);
  expect(atoms).toContain('mdat');
  expect(atoms.indexOf('moov')).toBeLessThan(atoms.indexOf('mdat'));
});

it('names 30 frames a second and stereo at 48 kHz for android_low', async () => {
  const { result } = await nomAFile(clip, optionsOf('android_low'));
  expect(result.outputs[0]?.facts).toMatchObject({
    video: { frameRate: 30 },
    audio: { sampleRate: 48000, channels: 2 },
  });
});
