import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Installation } from '../test/process/installation.ts';
import type { Figure } from './figure.ts';
import { memoryOf } from './harness/process-usage.ts';

const run = promisify(execFile);
/** Raw video of so long at 25 frames of 1216 × 760 a second: 2.08 GB. */
const SECONDS = 60;
const LIMIT_MB = 200;

/** Whether nommerd stays small while it moves a large source and a large output. */
export const memory: Figure = {
  id: 'P6',
  title: 'nommerd while 2 GB come in and go out (stream copy, file → file)',
  async measure({ quick }) {
    const seconds = quick ? 1 : SECONDS;
    const here = await Installation.create();
    try {
      await here.startFeederd();
      await run('ffmpeg', [
        ...[
          '-v',
          'error',
          '-y',
          '-f',
          'lavfi',
          '-i',
          `testsrc=size=1216x760:rate=25:duration=${seconds}`,
        ],
        ...['-c:v', 'rawvideo', '-pix_fmt', 'yuv420p', here.path('large.mkv')],
      ]);
      const id = await here.submitJob({
        source_path: here.uri('large.mkv'),
        dest_path: here.uri('copy.mkv'),
        job_options: {
          nommer: 'FFmpegNommer',
          options: [
            {
              outfile_options: [
                ['c', 'copy'],
                ['f', 'matroska'],
              ],
            },
          ],
        },
      });
      await here.waitForJob(id, 'started', ({ job_state }) => job_state !== 'PENDING');
      const [pid] = await here.nodePids();
      const before = await memoryOf(pid, 'VmRSS');
      const job = await here.finished(id);
      const peak = await memoryOf(pid, 'VmHWM');
      const moved = (job.result?.outputs[0]?.size ?? 0) / 1e6;
      return {
        unit: 'MB',
        anchor: { name: 'at the start', samples: [before] },
        ours: { name: `peak, output ${moved.toFixed(0)} MB`, samples: [peak] },
        result: { text: `${peak.toFixed(0)} MB`, value: peak },
        reach: `< ${LIMIT_MB} MB`,
        bound: { most: LIMIT_MB },
      };
    } finally {
      await here.destroy();
    }
  },
};
