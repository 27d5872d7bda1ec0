import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Installation } from '../test/process/installation.ts';
import type { Figure } from './figure.ts';

const run = promisify(execFile);
const SECONDS = 60;

/** Whether nommerd stays small while it moves a large source and a large output. */
export const memory: Figure = {
  id: 'P6',
  title: 'peak memory of nommerd while 2 GB come in and go out (stream copy, file → file)',
  async measure() {
    const here = await Installation.create();
    try {
      await here.startFeederd();
      // Raw video of 60 s at 25 frames of 1216 × 760: 2.08 GB.
      await run('ffmpeg', [
        ...[
          '-v',
          'error',
          '-y',
          '-f',
          'lavfi',
          '-i',
          `testsrc=size=1216x760:rate=25:duration=${SECONDS}`,
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
        result: { text: `+ ${(peak - before).toFixed(0)} MB`, value: peak - before },
        reach: '< 200 MB',
      };
    } finally {
      await here.destroy();
    }
  },
};

async function memoryOf(pid: number | undefined, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1000;
}
