import type { EncodingJob } from '../core/job.ts';
import { median } from './median.ts';

const KEPT = 50;
const UNKNOWN_SECONDS = 300;

/** How long jobs took that finished lately: the best guess for those nobody knows anything of. */
export class JobDurations {
  readonly #seconds = new Map<string, number>();

  /** Takes note of a job, if it has finished. */
  observe({ uniqueId, jobState, attempt, timings }: EncodingJob): void {
    if (jobState !== 'FINISHED') return;
    const own = timings.filter((timing) => timing.attempt === attempt);
    const takenAt = own.find(({ state }) => state === 'DOWNLOADING')?.at;
    const endedAt = own.find(({ state }) => state === 'FINISHED')?.at;
    if (takenAt === undefined || endedAt === undefined) return;
    this.#seconds.set(uniqueId, Math.max(endedAt - takenAt, 0) / 1000);
    const [oldest] = this.#seconds.keys();
    if (this.#seconds.size > KEPT && oldest !== undefined) this.#seconds.delete(oldest);
  }

  /** How long a job takes once a node has it. */
  get typicalSeconds(): number {
    return median(this.#seconds.values()) ?? UNKNOWN_SECONDS;
  }
}
