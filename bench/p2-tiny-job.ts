import { encodeInTurn } from './encode.ts';
import { median, type Figure } from './figure.ts';

/** What media-nommer adds to a job that is next to nothing. */
export const tinyJob: Figure = {
  id: 'P2',
  title: 'tiny job, 1 s of 180p, one at a time',
  async measure() {
    const { bare, job } = await encodeInTurn({
      seconds: 1,
      size: '320x180',
      rounds: 30,
      outfileOptions: [
        ['vcodec', 'libx264'],
        ['preset', 'ultrafast'],
        ['acodec', 'aac'],
        ['f', 'mp4'],
      ],
    });
    const added = median(job) - median(bare);
    return {
      unit: 'ms',
      anchor: { name: 'bare ffmpeg', samples: bare },
      ours: { name: 'job', samples: job },
      result: { text: `+ ${added.toFixed(0)} ms`, value: added },
      reach: '–',
    };
  },
};
