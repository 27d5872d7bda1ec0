import { dayOf } from './job-item.ts';
import type { DynamodbTable } from './dynamodb-table.ts';
import { RESERVED_KEY_PREFIX } from './table-definitions.ts';

const CALENDAR_ID = `${RESERVED_KEY_PREFIX}days`;
const DAY_MS = 24 * 60 * 60 * 1000;

/** On which days jobs were created: one item beside the jobs, a set of days. */
export class JobCalendar {
  readonly #table: DynamodbTable;
  /** What this process has noted, or is about to. */
  readonly #noted = new Map<string, Promise<void>>();

  constructor(table: DynamodbTable) {
    this.#table = table;
  }

  /** To be called before a job of that day is stored, so that no job is ever left out. */
  async note(day: string): Promise<void> {
    let noting = this.#noted.get(day);
    if (noting === undefined) {
      noting = this.#change('ADD', [day]);
      this.#noted.set(day, noting);
      noting.catch(() => this.#noted.delete(day));
    }
    await noting;
  }

  /** Newest first. */
  async days(): Promise<readonly string[]> {
    const item = await this.#table.get(CALENDAR_ID);
    return (item?.['days']?.SS ?? []).toSorted().toReversed();
  }

  /**
   * Forgets days long past. Yesterday and today stay: other processes have noted them, and will not do so
   * again when they create the next job.
   */
  async forget(now: number): Promise<void> {
    const yesterday = dayOf(now - DAY_MS);
    const past = (await this.days()).filter((day) => day < yesterday);
    for (const day of past) this.#noted.delete(day);
    if (past.length > 0) await this.#change('DELETE', past);
  }

  async #change(action: 'ADD' | 'DELETE', days: readonly string[]): Promise<void> {
    await this.#table.update(CALENDAR_ID, {
      UpdateExpression: `${action} #days :days`,
      ExpressionAttributeNames: { '#days': 'days' },
      ExpressionAttributeValues: { ':days': { SS: [...days] } },
    });
  }
}
