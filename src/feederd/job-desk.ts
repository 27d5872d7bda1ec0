import type { Clock } from '../core/clock.ts';
import { NommerError, received } from '../core/errors.ts';
import type { EncodingJob } from '../core/job.ts';
import { redeliver } from '../core/job-rules/notifications.ts';
import { cancel, retry } from '../core/job-rules/operate.ts';
import type { NewJob } from '../core/job-rules/submit.ts';
import type { JobStateBackend } from '../core/job-state-backend.ts';
import { inTime } from '../daemon/in-time.ts';

export interface JobDeskParts {
  readonly backend: JobStateBackend;
  readonly clock: Clock;
  /** Told of every job that this desk has changed, with the job as stored. */
  readonly onChanged: (job: EncodingJob, act: DeskAct) => void;
  /** Told when the new-job queue did not take an accepted job; the reconciler sends it later. */
  readonly onUnqueued: (uniqueId: string, thrown: unknown) => void;
}

/** What somebody wanted of a job, in the words of the log. */
export type DeskAct =
  | 'submitted'
  | 'submitted again'
  | 'cancel asked for'
  | 'retry asked for'
  | 'delivery asked for';

/** Submitters wait no longer than this. */
const ANSWER_MS = 10_000;
/** A node that waits for work has taken the job by then; the reconciler sends again only after seconds. */
const NOTE_QUEUED_AFTER_MS = 100;

/** What people may do with jobs, whatever way they ask: submit, cancel, retry, redeliver. */
export class JobDesk {
  readonly #parts: JobDeskParts;
  readonly #sending = new Set<Promise<void>>();

  constructor(parts: JobDeskParts) {
    this.#parts = parts;
  }

  /**
   * Accepts a job: once this resolves it is stored and will run. It is queued right afterwards, without
   * making the submitter wait.
   * @throws NommerError IDEMPOTENCY_MISMATCH when its id was taken by another request; UNAVAILABLE, also
   *   where that request is sealed by a key that is not here, and where the store says nothing for ten
   *   seconds: the job may be stored all the same, and runs then
   */
  submit(request: NewJob): Promise<EncodingJob> {
    const { clock } = this.#parts;
    return inTime(this.#submit(request), { ms: ANSWER_MS, clock, who: 'The job store' });
  }

  async #submit(request: NewJob): Promise<EncodingJob> {
    const { job, created } = await this.#parts.backend.create(request);
    if (!created && job.sealed !== null && job.requestHash === null) {
      throw new NommerError(
        'UNAVAILABLE',
        `Whether job ${job.uniqueId} is of the same request cannot be read here: SECRETS_KEYS lacks its key`,
      );
    }
    if (!created && job.requestHash !== request.requestHash) {
      throw new NommerError(
        'IDEMPOTENCY_MISMATCH',
        `The idempotency key belongs to job ${job.uniqueId}, which was another request`,
      );
    }
    if (created) this.#accepted(job, 'submitted');
    // Stored by a try whose answer got lost, perhaps: then nobody here knows of it yet.
    else this.#parts.onChanged(job, 'submitted again');
    return job;
  }

  /** @throws NommerError UNKNOWN_JOB, ALREADY_FINISHED */
  async cancel(uniqueId: string): Promise<EncodingJob> {
    const ruling = await this.#parts.backend.change(uniqueId, cancel);
    if (!ruling.allowed && ruling.refusal === 'finished') {
      throw new NommerError(
        'ALREADY_FINISHED',
        `Job ${uniqueId} has ended already: it is ${ruling.job.jobState}`,
      );
    }
    this.#parts.onChanged(ruling.job, 'cancel asked for');
    return ruling.job;
  }

  /** @throws NommerError UNKNOWN_JOB, NOT_RETRYABLE */
  async retry(uniqueId: string): Promise<EncodingJob> {
    const ruling = await this.#parts.backend.change(uniqueId, retry);
    if (!ruling.allowed) {
      throw new NommerError(
        'NOT_RETRYABLE',
        `Job ${uniqueId} is ${ruling.job.jobState}; only ERROR, ABANDONED and CANCELLED jobs can be retried`,
      );
    }
    this.#accepted(ruling.job, 'retry asked for');
    return ruling.job;
  }

  /**
   * Has one of the job's notifications delivered (again), at once.
   * @param which its id or its number
   * @throws NommerError UNKNOWN_JOB, UNKNOWN_NOTIFICATION
   */
  async redeliver(uniqueId: string, which: string): Promise<EncodingJob> {
    const ruling = await this.#parts.backend.change(uniqueId, (job, now) =>
      redeliver(job, which, now),
    );
    if (!ruling.allowed) {
      throw new NommerError(
        'UNKNOWN_NOTIFICATION',
        `Job ${uniqueId} has no such notification (any more); received ${received(which)}`,
      );
    }
    this.#parts.onChanged(ruling.job, 'delivery asked for');
    return ruling.job;
  }

  /** Resolves when everything accepted so far has been offered to the queue. */
  async settled(): Promise<void> {
    await Promise.all(this.#sending);
  }

  #accepted(job: EncodingJob, act: DeskAct): void {
    this.#parts.onChanged(job, act);
    const sending = this.#parts.backend
      .enqueue(job.uniqueId, NOTE_QUEUED_AFTER_MS)
      .catch((thrown: unknown) => this.#parts.onUnqueued(job.uniqueId, thrown))
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }
}
