import { h264, Installation } from '../test/process/installation.ts';
import type { Figure } from './figure.ts';

const ROUNDS = 100;

/** How soon a warm node starts on a submitted job. */
export const dispatch: Figure = {
  id: 'P3',
  title: 'submit sent → work started on a warm node (a source that is missing: nothing to encode)',
  async measure() {
    const here = await Installation.create();
    try {
      await here.startFeederd();
      const submit = () =>
        here.submitJob({
          source_path: here.uri('missing.mp4'),
          dest_path: here.uri('out.mp4'),
          job_options: h264(),
        });
      const ended = (id: string) =>
        here.waitForJob(id, 'ended', ({ job_state }) => job_state === 'ERROR');
      await ended(await submit());

      const answered: number[] = [];
      const started: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const sentAt = Date.now();
        const asked = performance.now();
        const id = await submit();
        answered.push(performance.now() - asked);
        const { timings } = await ended(id);
        const claimed = timings.find(({ state }) => state === 'DOWNLOADING')?.at ?? '';
        started.push(Date.parse(claimed) - sentAt);
      }
      const sorted = started.toSorted((a, b) => a - b);
      const p50 = sorted[Math.floor(ROUNDS * 0.5)] ?? Number.NaN;
      const p99 = sorted[Math.floor(ROUNDS * 0.99)] ?? Number.NaN;
      return {
        unit: 'ms',
        anchor: { name: 'submit answered', samples: answered },
        ours: { name: 'claimed', samples: started },
        result: { text: `p50 ${p50} ms, p99 ${p99} ms`, value: p50 },
        reach: '–',
      };
    } finally {
      await here.destroy();
    }
  },
};
