import { expect, it } from 'vitest';
import type { Nommer } from '../../../src/core/nommer.ts';
import { createNommers } from '../../../src/nommers/create-nommers.ts';
import { FFmpegNommer } from '../../../src/nommers/ffmpeg/ffmpeg-nommer.ts';

const MINE: Nommer = { nom: () => Promise.reject(new Error('not to be called')) };
const REPORTS = { onContained: () => undefined };

it('has FFmpegNommer without being told', async () => {
  const nommers = await createNommers({ ffmpegStallSeconds: 60 }, new Map(), REPORTS);
  expect([...nommers.keys()]).toEqual(['FFmpegNommer']);
  expect(nommers.get('FFmpegNommer')).toBeInstanceOf(FFmpegNommer);
});

it('lets a nommer of one’s own take the place of FFmpegNommer', async () => {
  const nommers = await createNommers(
    { ffmpegStallSeconds: 60 },
    new Map([['FFmpegNommer', MINE]]),
    REPORTS,
  );
  expect(nommers.get('FFmpegNommer')).toBe(MINE);
});
