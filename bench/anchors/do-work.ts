import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { noteStart } from './note-start.ts';

/** What an anchor's worker is asked to do with a job. */
export interface Work {
  /** Note that it begins, in this file. */
  readonly note?: string;
  /** Run FFmpeg with these. */
  readonly ffmpeg?: readonly string[];
  readonly sleepSeconds?: number;
}

export async function doWork({ note, ffmpeg, sleepSeconds }: Work): Promise<void> {
  if (note !== undefined) noteStart(note);
  if (ffmpeg !== undefined) await execa('ffmpeg', ffmpeg, { stdin: 'ignore' });
  if (sleepSeconds !== undefined) await sleep(sleepSeconds * 1000);
}

/** Tells the parent how long so many jobs took, from the first one's start to the last one's end. */
export class JobTimer {
  readonly #count: number;
  #ended = 0;
  #startedAt: number | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  started(): void {
    this.#startedAt ??= performance.now();
  }

  ended(): void {
    this.#ended += 1;
    if (this.#ended !== this.#count) return;
    process.send?.({ ms: performance.now() - (this.#startedAt ?? Number.NaN) });
  }
}
