import type { Clock } from './clock.ts';
import { NommerError } from './errors.ts';
import { isStored, type EncodingJob } from './job.ts';
import type { JobRule, Ruling } from './job-rules/ruling.ts';
import { markQueued, submitJob, type NewJob } from './job-rules/submit.ts';
import { encodeJobMessage } from './messages.ts';
import type { JobQueue, JobStore } from './ports.ts';

/** More than others make while somebody waits for an answer and then looks. */
const CHANGES_KNOWN = 8;

export interface JobStateBackendParts {
  readonly store: JobStore;
  readonly newJobs: JobQueue;
  readonly stateChanges: JobQueue;
  readonly clock: Clock;
  /** Told when nobody could be told of a job's change; the job cache makes that good later. */
  readonly onHintLost: (uniqueId: string, thrown: unknown) => void;
}

/**
 * The job store with its two queues: every stored change of a job, by either daemon, goes through
 * here, so that each is made by a rule, compared-and-set, and announced.
 */
export class JobStateBackend {
  readonly #parts: JobStateBackendParts;

  constructor(parts: JobStateBackendParts) {
    this.#parts = parts;
  }

  get store(): JobStore {
    return this.#parts.store;
  }

  /**
   * Stores a new job; once this resolves, the job is accepted and will run. A job that has its id
   * already is returned instead, and nothing changes.
   */
  async create(request: NewJob): Promise<{ job: EncodingJob; created: boolean }> {
    const job = identified(submitJob(request, this.#parts.clock.now()));
    const answer = await this.#parts.store.create(job);
    return answer.created ? { job, created: true } : { job: answer.existing, created: false };
  }

  /**
   * Puts a message for the job into the new-job queue and notes it.
   * @param noteAfterMs a node that takes the job notes it, too: with one at hand, it is not written twice
   */
  async enqueue(uniqueId: string, noteAfterMs = 0): Promise<void> {
    await this.#parts.newJobs.send(encodeJobMessage(uniqueId));
    if (noteAfterMs > 0) await this.#parts.clock.sleep(noteAfterMs);
    await this.change(uniqueId, markQueued);
  }

  /** @throws NommerError UNKNOWN_JOB */
  async get(uniqueId: string): Promise<EncodingJob> {
    const job = await this.#parts.store.get(uniqueId);
    if (job === undefined) throw new NommerError('UNKNOWN_JOB', `There is no job ${uniqueId}`);
    return job;
  }

  /**
   * Applies a rule to the stored job: reads, decides, replaces if nobody was faster, else once more.
   * The change is announced when it is stored.
   * @throws NommerError UNKNOWN_JOB
   */
  async change(uniqueId: string, rule: JobRule): Promise<Ruling> {
    for (;;) {
      const job = await this.get(uniqueId);
      const ruling = rule(job, this.#parts.clock.now());
      if (!ruling.allowed) return ruling;
      const changed = identified(ruling.job);
      if (await this.#replace(changed, job.version)) {
        this.#announce(uniqueId);
        return { allowed: true, job: changed };
      }
    }
  }

  /** Replaces, and looks whether it happened when the answer got lost on its way. */
  async #replace(job: EncodingJob, expectedVersion: number): Promise<boolean> {
    try {
      return await this.#parts.store.replace(job, expectedVersion);
    } catch (thrown: unknown) {
      const stored = await this.#parts.store.get(job.uniqueId).catch(() => undefined);
      if (isStored(job, stored)) return true;
      throw thrown;
    }
  }

  /** A hint for feederd that the job has changed. May be lost: what is true is in the store. */
  #announce(uniqueId: string): void {
    this.#parts.stateChanges
      .send(encodeJobMessage(uniqueId))
      .catch((thrown: unknown) => this.#parts.onHintLost(uniqueId, thrown));
  }
}

/** Two slots of a node that claim the same job at the same moment must not take the same change for theirs. */
function identified(job: EncodingJob): EncodingJob {
  return { ...job, changeIds: [...job.changeIds, crypto.randomUUID()].slice(-CHANGES_KNOWN) };
}
