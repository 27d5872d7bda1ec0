import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Installation } from '../test/process/installation.ts';
import { inTurn } from './figure.ts';

const run = promisify(execFile);

export interface Encode {
  readonly seconds: number;
  readonly size: string;
  readonly rounds: number;
  readonly outfileOptions: readonly (readonly [string, string])[];
}

/**
 * The same encode as a bare ffmpeg command and as a whole job (submit → FINISHED heard by the
 * submitter, file → file) on a warm node, in turn. Milliseconds.
 */
export async function encodeInTurn(encode: Encode): Promise<{ bare: number[]; job: number[] }> {
  const here = await Installation.create({
    NOMMERD_LEASE_SECONDS: '30',
    NOMMERD_RENEW_INTERVAL: '5',
  });
  try {
    await here.startFeederd();
    const source = await here.makeClip('source.mp4', encode.seconds, encode.size);
    const options = encode.outfileOptions.flatMap(([name, value]) => [`-${name}`, value]);

    const bare = async () => {
      const output = here.path('bare.mp4');
      const started = performance.now();
      await run('ffmpeg', [
        ...['-nostdin', '-v', 'error', '-y', '-i', here.path('source.mp4')],
        ...[...options, '-movflags', '+faststart', output],
      ]);
      const took = performance.now() - started;
      await rm(output);
      return took;
    };

    const job = async () => {
      const started = performance.now();
      const id = await here.submitJob({
        source_path: source,
        dest_path: here.uri('job.mp4'),
        job_options: {
          nommer: 'FFmpegNommer',
          options: [{ outfile_options: encode.outfileOptions, move_atom_to_front: true }],
        },
      });
      await here.heardFinished(id);
      const took = performance.now() - started;
      await rm(here.path('job.mp4'));
      return took;
    };

    const samples = await inTurn(encode.rounds, bare, job);
    return { bare: samples.a, job: samples.b };
  } finally {
    await here.destroy();
  }
}
