import { expect, it } from 'vitest';
import { readProbe } from '../../../../src/nommers/ffmpeg/read-probe.ts';

it('takes no name without end from an ffprobe that a file has taken over', () => {
  const endless = 'x'.repeat(1_000_000);
  const stream = { codec_type: 'audio', codec_name: endless, profile: endless };
  const format = { format_name: endless, nb_streams: 1 };
  const probed = readProbe(JSON.stringify({ streams: [stream], format }));
  expect(JSON.stringify(probed).length).toBeLessThan(2000);
  expect(probed?.facts.audio?.codec).toMatch(/^x+$/);
});
