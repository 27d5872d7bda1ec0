import { NommerError, received } from '../../src/core/errors.ts';
import { isOpen, type EncodingJob } from '../../src/core/job.ts';
import type { JobPage, JobStore } from '../../src/core/ports.ts';
import { JobUnreadable, type UnreadableJob } from '../../src/core/unreadable-job.ts';
import { arriveSoon, type Arrive } from './arrive.ts';

const OPEN_PAGE = 100;
const OPEN_CURSOR = 'open.';

/** The job store's twin in memory. */
export class MemoryJobStore implements JobStore {
  readonly #jobs = new Map<string, EncodingJob>();
  readonly #damaged = new Map<string, UnreadableJob>();
  readonly #arrive: Arrive;

  constructor(arrive: Arrive = arriveSoon) {
    this.#arrive = arrive;
  }

  /** From now on nobody can read the job, until it is replaced. */
  damage(uniqueId: string): void {
    this.#damaged.set(uniqueId, { id: uniqueId, reason: 'it is no JSON' });
  }

  /** Undoes the damage. */
  mend(uniqueId: string): void {
    this.#damaged.delete(uniqueId);
  }

  async create(job: EncodingJob): ReturnType<JobStore['create']> {
    await this.#arrive();
    const existing = this.#read(job.uniqueId);
    if (existing !== undefined) return { created: false, existing };
    this.#jobs.set(job.uniqueId, job);
    return { created: true };
  }

  async get(uniqueId: string): Promise<EncodingJob | undefined> {
    await this.#arrive();
    return this.#read(uniqueId);
  }

  async replace(job: EncodingJob, expectedVersion: number): Promise<boolean> {
    await this.#arrive();
    if (this.#jobs.get(job.uniqueId)?.version !== expectedVersion) return false;
    this.#jobs.set(job.uniqueId, job);
    this.#damaged.delete(job.uniqueId);
    return true;
  }

  async open(cursor?: string): Promise<JobPage> {
    await this.#arrive();
    const after = cursor === undefined ? undefined : parseOpenCursor(cursor);
    const ids = [...this.#jobs.keys()].toSorted().filter((id) => after === undefined || id > after);
    const jobs = ids.flatMap((id) => this.#jobs.get(id) ?? []).filter(isOpen);
    return this.#page(jobs, OPEN_PAGE, (job) => `${OPEN_CURSOR}${job.uniqueId}`);
  }

  async recent({ state, cursor, limit }: Parameters<JobStore['recent']>[0]): Promise<JobPage> {
    await this.#arrive();
    const after = cursor === undefined ? undefined : parseCursor(cursor);
    const jobs = [...this.#jobs.values()]
      .filter((job) => state === undefined || job.jobState === state)
      .toSorted(newestFirst)
      .filter((job) => after === undefined || newestFirst(after, job) < 0);
    return this.#page(jobs, limit, (job) => `${job.createdAt}.${job.uniqueId}`);
  }

  async wipe(): Promise<number> {
    await this.#arrive();
    const count = this.#jobs.size;
    this.#jobs.clear();
    this.#damaged.clear();
    return count;
  }

  async ping(): Promise<void> {
    await this.#arrive();
  }

  #read(uniqueId: string): EncodingJob | undefined {
    const damaged = this.#damaged.get(uniqueId);
    if (damaged !== undefined) throw new JobUnreadable(uniqueId, damaged.reason);
    return this.#jobs.get(uniqueId);
  }

  #page(
    jobs: readonly EncodingJob[],
    limit: number,
    cursorOf: (job: EncodingJob) => string,
  ): JobPage {
    const some = jobs.slice(0, limit);
    const last = some.at(-1);
    return {
      jobs: some.filter(({ uniqueId }) => !this.#damaged.has(uniqueId)),
      unreadable: some.flatMap(({ uniqueId }) => this.#damaged.get(uniqueId) ?? []),
      ...(last && jobs.length > limit && { cursor: cursorOf(last) }),
    };
  }
}

type Place = Pick<EncodingJob, 'createdAt' | 'uniqueId'>;

function newestFirst(one: Place, other: Place): number {
  return other.createdAt - one.createdAt || (one.uniqueId < other.uniqueId ? -1 : 1);
}

function parseCursor(cursor: string): Place {
  const [, createdAt, uniqueId] = /^(\d+)\.(.+)$/.exec(cursor) ?? [];
  if (createdAt === undefined || uniqueId === undefined) throw notGiven(cursor);
  return { createdAt: Number(createdAt), uniqueId };
}

function parseOpenCursor(cursor: string): string {
  if (!cursor.startsWith(OPEN_CURSOR)) throw notGiven(cursor);
  return cursor.slice(OPEN_CURSOR.length);
}

function notGiven(cursor: string): NommerError {
  return new NommerError('BADINPUT', `cursor is not of an answer; received ${received(cursor)}`);
}
