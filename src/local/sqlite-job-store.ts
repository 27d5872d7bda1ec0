import { setImmediate as nextTurn } from 'node:timers/promises';
import { NommerError } from '../core/errors.ts';
import { isOpen, type EncodingJob } from '../core/job.ts';
import { isWorkingState, type JobState } from '../core/job-states.ts';
import type { JobPage, JobStore } from '../core/ports.ts';
import { parseStoredJob } from '../core/stored-job.ts';
import { unreadableJob, type UnreadableJob } from '../core/unreadable-job.ts';
import { decodeJobCursor, encodeJobCursor } from './job-cursor.ts';
import { JOB_QUERIES } from './job-queries.ts';
import type { SharedDatabase, Statement } from './shared-database.ts';

/** A page ends at either, so that reading one takes milliseconds even if every job has a long log. */
const MAX_PAGE_JOBS = 500;
const MAX_PAGE_CHARACTERS = 1_000_000;
const WIPED_AT_A_TIME = 1000;

interface JobRow {
  readonly sequence: number;
  readonly id: string;
  readonly body: string;
}

export interface SqliteJobStoreOptions {
  readonly database: SharedDatabase;
  /** Whether the data file is still where the next process will look for it. */
  readonly isThere: () => Promise<boolean>;
}

/** Jobs in the data file, as JSON, beside what the queries look for. */
export class SqliteJobStore implements JobStore {
  readonly #database: SharedDatabase;
  readonly #isThere: () => Promise<boolean>;
  readonly #insert: Statement;
  readonly #get: Statement<{ body: string }>;
  readonly #replace: Statement;
  readonly #open: Statement<JobRow>;
  readonly #recent: Statement<JobRow>;
  readonly #recentInState: Statement<JobRow>;
  readonly #wipeSome: Statement;
  readonly #any: Statement;

  constructor({ database, isThere }: SqliteJobStoreOptions) {
    this.#database = database;
    this.#isThere = isThere;
    this.#insert = database.prepare(JOB_QUERIES.insert);
    this.#get = database.prepare(JOB_QUERIES.get);
    this.#replace = database.prepare(JOB_QUERIES.replace);
    this.#open = database.prepare(JOB_QUERIES.open);
    this.#recent = database.prepare(JOB_QUERIES.recent);
    this.#recentInState = database.prepare(JOB_QUERIES.recentInState);
    this.#wipeSome = database.prepare(JOB_QUERIES.wipeSome);
    this.#any = database.prepare(JOB_QUERIES.any);
  }

  async create(
    job: EncodingJob,
  ): Promise<{ created: true } | { created: false; existing: EncodingJob }> {
    const { uniqueId, version, jobState } = job;
    const open = isOpen(job) ? 1 : 0;
    const body = JSON.stringify(job);
    return await this.#database.write(() => {
      if (this.#insert.run(uniqueId, version, open, jobState, body).changes === 1) {
        return { created: true };
      }
      const existing = this.#read(uniqueId);
      if (existing === undefined) throw new Error(`job ${uniqueId} is neither new nor there`);
      return { created: false, existing };
    });
  }

  async get(uniqueId: string): Promise<EncodingJob | undefined> {
    return await this.#database.read(() => this.#read(uniqueId));
  }

  async replace(job: EncodingJob, expectedVersion: number): Promise<boolean> {
    const { uniqueId, version, jobState } = job;
    const open = isOpen(job) ? 1 : 0;
    const body = JSON.stringify(job);
    const act = () =>
      this.#replace.run(version, open, jobState, body, uniqueId, expectedVersion).changes === 1;
    return await (isPassing(job) ? this.#database.writeRelaxed(act) : this.#database.write(act));
  }

  /** Oldest first. */
  async open(cursor?: string): Promise<JobPage> {
    const after = cursor === undefined ? 0 : decodeJobCursor('open', cursor);
    return await this.#page('open', MAX_PAGE_JOBS, (limit) => this.#open.iterate(after, limit));
  }

  async recent(query: { state?: JobState; cursor?: string; limit: number }): Promise<JobPage> {
    const { state, cursor, limit } = query;
    const before =
      cursor === undefined ? Number.MAX_SAFE_INTEGER : decodeJobCursor('recent', cursor);
    return await this.#page('recent', Math.min(Math.max(limit, 1), MAX_PAGE_JOBS), (rows) =>
      state === undefined
        ? this.#recent.iterate(before, rows)
        : this.#recentInState.iterate(state, before, rows),
    );
  }

  async wipe(): Promise<number> {
    let wiped = 0;
    for (;;) {
      const { changes } = await this.#database.write(() => this.#wipeSome.run(WIPED_AT_A_TIME));
      if (changes === 0) return wiped;
      wiped += changes;
    }
  }

  async ping(): Promise<void> {
    await this.#database.read(() => this.#any.get());
    if (!(await this.#isThere())) {
      throw new NommerError('UNAVAILABLE', 'The data file has been deleted or replaced');
    }
  }

  #read(uniqueId: string): EncodingJob | undefined {
    const row = this.#get.get(uniqueId);
    return row === undefined ? undefined : parseStoredJob(row.body, uniqueId);
  }

  async #page(
    list: 'open' | 'recent',
    limit: number,
    rows: (limit: number) => Iterable<JobRow>,
  ): Promise<JobPage> {
    // Who reads page after page must not keep everybody else from the event loop.
    await nextTurn();
    return await this.#database.read(() => {
      const jobs: EncodingJob[] = [];
      const unreadable: UnreadableJob[] = [];
      let [taken, characters, last] = [0, 0, 0];
      // One more than the page holds tells whether there is another page.
      for (const { sequence, id, body } of rows(limit + 1)) {
        if (taken === limit || characters > MAX_PAGE_CHARACTERS) {
          return { jobs, unreadable, cursor: encodeJobCursor(list, last) };
        }
        try {
          jobs.push(parseStoredJob(body, id));
        } catch (thrown: unknown) {
          unreadable.push(unreadableJob(thrown));
        }
        taken += 1;
        characters += body.length;
        last = sequence;
      }
      return { jobs, unreadable };
    });
  }
}

/**
 * Whether a power cut may undo the change: a node goes on with its job, and nobody was promised or told
 * anything of it. No node outlives a power cut. What the next attempt has to know is no such change: that
 * this one has taken the job, and that it may leave something at the destination.
 */
function isPassing(job: EncodingJob): boolean {
  const { jobState, timings, modifiedAt, cancelRequested, notificationCount } = job;
  if (!isWorkingState(jobState) || cancelRequested || notificationCount > 0) return false;
  const hasEntered = timings.at(-1)?.at === modifiedAt;
  return !hasEntered || jobState === 'ENCODING';
}
