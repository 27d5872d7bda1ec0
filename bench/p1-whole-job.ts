import { EncodeScene } from './encode-scene.ts';
import { inTurn, ratio, type Figure } from './figure.ts';

const OPTIONS = [
  ['vcodec', 'libx264'],
  ['preset', 'medium'],
  ['acodec', 'aac'],
  ['f', 'mp4'],
] as const;

/** What a whole job costs over the encode that it is made for. */
export const wholeJob: Figure = {
  id: 'P1',
  title: 'whole job, 60 s of 720p, libx264 medium + aac, file → file',
  async measure({ quick }) {
    await using scene = await EncodeScene.open({
      seconds: quick ? 3 : 60,
      size: '1280x720',
      outfileOptions: OPTIONS,
    });
    const { a, b } = await inTurn(
      quick ? 1 : 5,
      () => scene.bare(),
      () => scene.job(),
    );
    const anchor = { name: 'bare ffmpeg', samples: a };
    const ours = { name: 'job', samples: b };
    return {
      unit: 'ms',
      anchor,
      ours,
      result: ratio(ours, anchor),
      reach: '≤ × 1.02',
      bound: { most: 1.02 },
    };
  },
};
