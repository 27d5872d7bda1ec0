import type { WireHistory } from '../core/api-wire.ts';
import type { EncodingJob } from '../core/job.ts';
import { isoTime } from '../core/job-wire.ts';
import type { JobState } from '../core/job-states.ts';
import type { NodeState } from '../core/node-state.ts';
import type { QueueDepth } from '../core/ports.ts';

export const SAMPLE_SECONDS = 15;
const CAPACITY = (6 * 3600) / SAMPLE_SECONDS;

/** What there is to be seen at one moment. */
export interface StatsView {
  readonly jobs: readonly Pick<EncodingJob, 'jobState'>[];
  readonly depth: QueueDepth;
  readonly nodes: readonly Pick<NodeState, 'slots' | 'activeJobs'>[];
}

type Figures = Omit<WireHistory, 'interval_seconds' | 'at'>;
type Sample = { readonly at: number } & { readonly [Name in keyof Figures]: number };

/** What the installation did in the last six hours, for charts. In memory: it begins anew with feederd. */
export class StatsHistory {
  readonly #capacity: number;
  readonly #samples: Sample[] = [];
  #finished = 0;
  #failed = 0;

  constructor({ capacity = CAPACITY }: { readonly capacity?: number } = {}) {
    this.#capacity = capacity;
  }

  /** Counts a job that has just ended. A cancelled one is neither done nor failed. */
  ended({ jobState }: Pick<EncodingJob, 'jobState'>): void {
    if (jobState === 'FINISHED') this.#finished += 1;
    if (jobState === 'ERROR' || jobState === 'ABANDONED') this.#failed += 1;
  }

  take({ jobs, depth, nodes }: StatsView, now: number): void {
    const count = (state: JobState) => jobs.filter(({ jobState }) => jobState === state).length;
    this.#samples.push({
      at: now,
      pending: count('PENDING'),
      downloading: count('DOWNLOADING'),
      encoding: count('ENCODING'),
      uploading: count('UPLOADING'),
      queue: depth.waiting + depth.delayed,
      nodes: nodes.length,
      slots: sum(nodes.map(({ slots }) => slots)),
      busy: sum(nodes.map(({ activeJobs }) => activeJobs.length)),
      finished: this.#finished,
      failed: this.#failed,
    });
    this.#finished = 0;
    this.#failed = 0;
    if (this.#samples.length > this.#capacity) this.#samples.shift();
  }

  /** What was sampled after a time, in milliseconds since the epoch. */
  after(time: number): WireHistory {
    const samples = this.#samples.filter(({ at }) => at > time);
    const column = (name: keyof Figures) => samples.map((sample) => sample[name]);
    return {
      interval_seconds: SAMPLE_SECONDS,
      at: samples.map(({ at }) => isoTime(at)),
      pending: column('pending'),
      downloading: column('downloading'),
      encoding: column('encoding'),
      uploading: column('uploading'),
      queue: column('queue'),
      nodes: column('nodes'),
      slots: column('slots'),
      busy: column('busy'),
      finished: column('finished'),
      failed: column('failed'),
    };
  }
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, each) => total + each, 0);
}
