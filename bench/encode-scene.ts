import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Installation } from '../test/process/installation.ts';

const run = promisify(execFile);

export interface Encode {
  /** Of the clip. */
  readonly seconds: number;
  readonly size: string;
  readonly outfileOptions: readonly (readonly [string, string])[];
}

/** The same encode as a bare ffmpeg command and as a whole job on a warm node, file → file. */
export class EncodeScene implements AsyncDisposable {
  readonly here: Installation;
  readonly #source: string;
  readonly #encode: Encode;

  private constructor(here: Installation, source: string, encode: Encode) {
    this.here = here;
    this.#source = source;
    this.#encode = encode;
  }

  static async open(encode: Encode): Promise<EncodeScene> {
    const here = await Installation.create({
      NOMMERD_LEASE_SECONDS: '30',
      NOMMERD_RENEW_INTERVAL: '5',
    });
    try {
      await here.startFeederd();
      const source = await here.makeClip('source.mp4', encode.seconds, encode.size);
      return new EncodeScene(here, source, encode);
    } catch (thrown: unknown) {
      await here.destroy();
      throw thrown;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.here.destroy();
  }

  /** What a person would type. */
  argsFor(output: string): readonly string[] {
    const options = this.#encode.outfileOptions.flatMap(([name, value]) => [`-${name}`, value]);
    return [
      ...['-nostdin', '-v', 'error', '-y', '-i', this.here.path('source.mp4')],
      ...[...options, '-movflags', '+faststart', output],
    ];
  }

  /** Milliseconds that `make` takes; its output is removed afterwards. */
  async timed(make: (output: string) => Promise<unknown>): Promise<number> {
    const output = this.here.path('output.mp4');
    const startedAt = performance.now();
    await make(output);
    const took = performance.now() - startedAt;
    await rm(output);
    return took;
  }

  bare(): Promise<number> {
    return this.timed((output) => run('ffmpeg', [...this.argsFor(output)]));
  }

  /** From the submit until the submitter hears of FINISHED. */
  job(): Promise<number> {
    return this.timed(async (output) => {
      const id = await this.here.submitJob({
        source_path: this.#source,
        dest_path: `file://${output}`,
        job_options: {
          nommer: 'FFmpegNommer',
          options: [{ outfile_options: this.#encode.outfileOptions, move_atom_to_front: true }],
        },
      });
      await this.here.heardFinished(id);
    });
  }
}
