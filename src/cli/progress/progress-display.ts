import type { WireJob } from '../../core/job-wire.ts';

/** Shows how far jobs are, to a person or to a program. */
export interface ProgressDisplay {
  /** What is known of a job now; also when little or nothing of it is new. */
  update(job: WireJob): void;
  /** Something to be read beside: a job that cannot be watched any more. */
  complain(text: string): void;
  /** Leaves the terminal as it was. */
  end(): void;
}
