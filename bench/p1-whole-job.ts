import { encodeInTurn } from './encode.ts';
import { median, type Figure } from './figure.ts';

/** What a whole job costs over the encode that it is made for. */
export const wholeJob: Figure = {
  id: 'P1',
  title: 'whole job, 60 s of 720p, libx264 medium + aac, file → file',
  async measure() {
    const { bare, job } = await encodeInTurn({
      seconds: 60,
      size: '1280x720',
      rounds: 5,
      outfileOptions: [
        ['vcodec', 'libx264'],
        ['preset', 'medium'],
        ['acodec', 'aac'],
        ['f', 'mp4'],
      ],
    });
    const ratio = median(job) / median(bare);
    return {
      unit: 'ms',
      anchor: { name: 'bare ffmpeg', samples: bare },
      ours: { name: 'job', samples: job },
      result: { text: `× ${ratio.toFixed(3)}`, value: ratio },
      reach: '≤ × 1.02',
    };
  },
};
