import { NommerError } from '../core/errors.ts';
import { isOpen, isStored, type EncodingJob } from '../core/job.ts';
import type { JobState } from '../core/job-states.ts';
import type { JobPage, JobStore } from '../core/ports.ts';
import { unreadableJob, type UnreadableJob } from '../core/unreadable-job.ts';
import type { AwsClients } from './aws-clients.ts';
import { decodeJobCursor, encodeJobCursor } from './dynamodb-job-cursor.ts';
import { DynamodbTable } from './dynamodb-table.ts';
import { JobCalendar } from './job-calendar.ts';
import { bodyBytes, dayOf, fromJobItem, OPEN_SHARDS, toJobItem, type Item } from './job-item.ts';
import { JOB_INDEXES, RESERVED_KEY_PREFIX, type JobIndex } from './table-definitions.ts';

/** A page ends at either, so that it fits into memory even if every job has a long log. */
const MAX_PAGE_JOBS = 500;
const MAX_PAGE_BYTES = 4_000_000;
const READ_AT_A_TIME = 100;
/** More than one is needed only where somebody wipes the store at that moment. */
const MAX_CREATE_TRIES = 5;
const NO_JOB = `${RESERVED_KEY_PREFIX}ping`;
/** Sorts after every `created` key. */
const AFTER_ALL = ':';

export interface DynamodbJobStoreOptions {
  readonly clients: AwsClients;
  readonly table: string;
}

/** One partition of an index, and where in it to go on. */
interface Walk {
  readonly index: JobIndex;
  readonly hash: string;
  readonly from: string;
  readonly newestFirst: boolean;
  readonly isWanted: (job: EncodingJob) => boolean;
}

/** A page while it is being filled. */
class PageInMaking {
  readonly #jobs: EncodingJob[] = [];
  readonly #unreadable: UnreadableJob[] = [];
  readonly #limit: number;
  #bytes = 0;
  /** The `created` key of the last item that was looked at. */
  reached: string | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get room(): number {
    const taken = this.#jobs.length + this.#unreadable.length;
    return this.#bytes >= MAX_PAGE_BYTES ? 0 : this.#limit - taken;
  }

  /** Takes the job of an item, if it is wanted: the index may lag behind the job. */
  async add(item: Item, isWanted: (job: EncodingJob) => boolean): Promise<void> {
    try {
      const job = await fromJobItem(item);
      if (!isWanted(job)) return;
      this.#jobs.push(job);
      this.#bytes += bodyBytes(item);
    } catch (thrown: unknown) {
      this.#unreadable.push(unreadableJob(thrown));
    }
  }

  /** @param cursor where there may be more */
  endAt(cursor?: string): JobPage {
    const unreadable = this.#unreadable;
    return { jobs: this.#jobs, unreadable, ...(cursor !== undefined && { cursor }) };
  }
}

/** Jobs in a DynamoDB table: one item each. */
export class DynamodbJobStore implements JobStore {
  readonly #table: DynamodbTable;
  readonly #calendar: JobCalendar;

  constructor({ clients, table }: DynamodbJobStoreOptions) {
    this.#table = new DynamodbTable({ clients, table, key: 'unique_id' });
    this.#calendar = new JobCalendar(this.#table);
  }

  async create(
    job: EncodingJob,
  ): Promise<{ created: true } | { created: false; existing: EncodingJob }> {
    const item = await toJobItem(job);
    await this.#calendar.note(dayOf(job.createdAt));
    for (let tries = 0; tries < MAX_CREATE_TRIES; tries += 1) {
      const stored = await this.#table.put(item, {
        ConditionExpression: 'attribute_not_exists(#id)',
        ExpressionAttributeNames: { '#id': 'unique_id' },
      });
      if (stored) return { created: true };
      const existing = await this.get(job.uniqueId);
      // The SDK repeats a call whose answer was lost, and then meets the job that it stored itself.
      if (existing !== undefined) {
        return isStored(job, existing) ? { created: true } : { created: false, existing };
      }
    }
    throw new NommerError('UNAVAILABLE', `Job ${job.uniqueId} comes and goes in the job store`);
  }

  async get(uniqueId: string): Promise<EncodingJob | undefined> {
    const item = await this.#table.get(uniqueId);
    return item === undefined ? undefined : await fromJobItem(item);
  }

  async replace(job: EncodingJob, expectedVersion: number): Promise<boolean> {
    const stored = await this.#table.put(await toJobItem(job), {
      ConditionExpression: '#version = :expected',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':expected': { N: String(expectedVersion) } },
    });
    if (stored) return true;
    // As with create: it may have been this very call that stored it.
    return isStored(job, await this.get(job.uniqueId));
  }

  /** Shard after shard, oldest first. */
  async open(cursor?: string): Promise<JobPage> {
    const page = new PageInMaking(MAX_PAGE_JOBS);
    const start = cursor === undefined ? undefined : decodeJobCursor('open', cursor);
    let from = start?.after ?? '';
    for (let shard = start?.shard ?? 0; shard < OPEN_SHARDS.length; shard += 1) {
      const hash = OPEN_SHARDS[shard] ?? '';
      const walk = { index: JOB_INDEXES.open, hash, from, newestFirst: false, isWanted: isOpen };
      const after = await this.#fill(page, walk);
      if (after !== undefined) {
        return page.endAt(encodeJobCursor({ list: 'open', shard, after }));
      }
      from = '';
    }
    return page.endAt();
  }

  async recent(query: { state?: JobState; cursor?: string; limit: number }): Promise<JobPage> {
    const { state, cursor, limit } = query;
    const page = new PageInMaking(Math.min(Math.max(limit, 1), MAX_PAGE_JOBS));
    const from = cursor === undefined ? AFTER_ALL : decodeJobCursor('recent', cursor).before;
    const walks = state === undefined ? await this.#daysBefore(from) : [walkOfState(state, from)];
    for (const walk of walks) {
      const before = await this.#fill(page, { ...walk, from: page.reached ?? walk.from });
      if (before !== undefined) {
        return page.endAt(encodeJobCursor({ list: 'recent', before }));
      }
    }
    return page.endAt();
  }

  async wipe(): Promise<number> {
    let wiped = 0;
    const keys = this.#table.scan({
      ProjectionExpression: '#id',
      ExpressionAttributeNames: { '#id': 'unique_id' },
    });
    for await (const items of keys) {
      const ids = items
        .map((item) => item['unique_id']?.S ?? RESERVED_KEY_PREFIX)
        .filter((id) => !id.startsWith(RESERVED_KEY_PREFIX));
      await this.#table.deleteAll(ids);
      wiped += ids.length;
    }
    await this.#calendar.forget(Date.now());
    return wiped;
  }

  async ping(): Promise<void> {
    await this.#table.get(NO_JOB);
  }

  async #daysBefore(from: string): Promise<readonly Walk[]> {
    const lastDay =
      from === AFTER_ALL ? AFTER_ALL : dayOf(Number(from.slice(0, from.indexOf('#'))));
    const days = (await this.#calendar.days()).filter((day) => day <= lastDay);
    const { byDay: index } = JOB_INDEXES;
    return days.map((hash) => ({ index, hash, from, newestFirst: true, isWanted: () => true }));
  }

  /** @returns where to go on when the page is full, undefined when the walk has come to its end */
  async #fill(page: PageInMaking, walk: Walk): Promise<string | undefined> {
    const { index, hash, newestFirst, isWanted } = walk;
    let { from } = walk;
    while (page.room > 0) {
      const { items: keys, last } = await this.#table.query({
        IndexName: index.name,
        KeyConditionExpression: `#hash = :hash AND #created ${newestFirst ? '<' : '>'} :from`,
        ExpressionAttributeNames: { '#hash': index.hash, '#created': 'created' },
        // An empty string is no sort key; a blank comes before every one that is.
        ExpressionAttributeValues: { ':hash': { S: hash }, ':from': { S: from || ' ' } },
        ScanIndexForward: !newestFirst,
        Limit: Math.min(page.room, READ_AT_A_TIME),
      });
      const items = await this.#table.getAll(keys.map((key) => key['unique_id']?.S ?? ''));
      for (const item of items) await page.add(item, isWanted);
      page.reached = keys.at(-1)?.['created']?.S ?? page.reached;
      if (last === undefined) return undefined;
      from = last['created']?.S ?? keys.at(-1)?.['created']?.S ?? from;
    }
    return from;
  }
}

function walkOfState(state: JobState, from: string): Walk {
  const isWanted = ({ jobState }: EncodingJob) => jobState === state;
  return { index: JOB_INDEXES.byState, hash: state, from, newestFirst: true, isWanted };
}
