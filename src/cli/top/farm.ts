import type { WireNode, WireStats } from '../../core/api-wire.ts';
import { isFinishedState } from '../../core/job-states.ts';
import type { WireJob } from '../../core/job-wire.ts';

/** What is asked for now and then; jobs are told of as they change. */
export interface FarmFigures {
  readonly stats: WireStats;
  readonly nodes: readonly WireNode[];
  /** Null where that is not for us to know. */
  readonly lastHour: LastHour | null;
}

export interface LastHour {
  readonly finished: number;
  readonly failed: number;
}

/** All that is known of an installation at one moment. */
export interface FarmView extends FarmFigures {
  readonly now: number;
  readonly open: readonly WireJob[];
  /** The latest first. */
  readonly ended: readonly WireJob[];
  /** Why what is shown may be outdated. */
  readonly trouble: string | null;
}

const MAX_ENDED = 50;

/** What is known of an installation, put together from all that is heard. */
export class Farm {
  readonly #open = new Map<string, WireJob>();
  #ended: readonly WireJob[] = [];
  #figures: FarmFigures;
  trouble: string | null = null;

  constructor(figures: FarmFigures) {
    this.#figures = figures;
  }

  takeFigures(figures: FarmFigures): void {
    this.#figures = figures;
  }

  /** Takes what is known of jobs, new or not. */
  hear(...jobs: readonly WireJob[]): void {
    for (const job of jobs) {
      const { unique_id: id } = job;
      if (!isFinishedState(job.job_state)) this.#open.set(id, job);
      else {
        this.#open.delete(id);
        const others = this.#ended.filter(({ unique_id }) => unique_id !== id);
        this.#ended = [job, ...others].toSorted(latestFirst).slice(0, MAX_ENDED);
      }
    }
  }

  view(now: number): FarmView {
    return {
      ...this.#figures,
      now,
      open: [...this.#open.values()],
      ended: this.#ended,
      trouble: this.trouble,
    };
  }
}

function latestFirst(a: WireJob, b: WireJob): number {
  return endOf(b).localeCompare(endOf(a));
}

function endOf({ timings, last_modified_dtime: modified }: WireJob): string {
  return timings.at(-1)?.at ?? modified;
}
