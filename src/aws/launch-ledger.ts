import { NommerError } from '../core/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import { DynamodbTable } from './dynamodb-table.ts';
import { RESERVED_KEY_PREFIX } from './table-definitions.ts';

/** One launch: what was granted to a token, and what came of it. */
export interface Reservation {
  readonly token: string;
  /** How many instances it may start, at most. */
  readonly count: number;
  /** When it was granted, ms since the epoch. */
  readonly at: number;
  /** Those known to have been started and not ended. */
  readonly instanceIds: readonly string[];
  /** The call of RunInstances that is under way, or whose outcome nobody knows. */
  readonly attempt: LaunchAttempt | null;
  /** `open` until the outcome of every call is known. */
  readonly state: 'open' | 'done';
}

export interface LaunchAttempt {
  readonly candidate: number;
  readonly count: number;
}

/** What DescribeInstances says, which may be some time behind. */
export interface Described {
  readonly alive: ReadonlySet<string>;
  readonly ended: ReadonlySet<string>;
}

export interface ReserveRequest {
  readonly token: string;
  readonly count: number;
  readonly maximum: number;
  readonly described: Described;
  readonly now: number;
}

/** So long after a launch DescribeInstances is not yet believed when it does not show an instance. */
const YOUNG_MS = 600_000;
const KEY = `${RESERVED_KEY_PREFIX}launches`;
const MAX_TRIES = 50;

/**
 * The launches of the last minutes, in one item that is changed by compare-and-set: what keeps several
 * feederds within the maximum while DescribeInstances lags.
 */
export class LaunchLedger {
  readonly #table: DynamodbTable;

  constructor({ clients, table }: { clients: AwsClients; table: string }) {
    this.#table = new DynamodbTable({ clients, table, key: 'node_id' });
  }

  /** @returns the reservation of the token, an earlier one too; undefined when there is no room */
  async reserve(request: ReserveRequest): Promise<Reservation | undefined> {
    const { token, count, maximum, described, now } = request;
    return await this.#change((all) => {
      const known = all.find((entry) => entry.token === token);
      const isSettled = known?.state === 'done' || (known && isYoung(known.at, now));
      if (known !== undefined && isSettled) return { all, answer: known };
      const young = all.filter(({ at }) => isYoung(at, now));
      const granted = Math.min(count, maximum - countNodes(young, described));
      if (granted <= 0) return { all: young, answer: undefined };
      const entry: Reservation = {
        token,
        count: granted,
        at: now,
        instanceIds: [],
        attempt: null,
        state: 'open',
      };
      return { all: [...young, entry], answer: entry };
    });
  }

  /** Notes the call that is about to be made, so that whoever repeats the launch repeats this call. */
  async attempt(token: string, attempt: LaunchAttempt): Promise<void> {
    await this.#update(token, (entry) => ({ ...entry, attempt }));
  }

  /** Notes what a call has started; its outcome is known then. */
  async started(token: string, instanceIds: readonly string[]): Promise<void> {
    await this.#update(token, (entry) => ({
      ...entry,
      instanceIds: [...new Set([...entry.instanceIds, ...instanceIds])],
      attempt: null,
    }));
  }

  /** Ends a launch: it holds its instances from now on, and nothing else. */
  async resolve(token: string, instanceIds: readonly string[]): Promise<void> {
    await this.#update(token, (entry) => ({ ...entry, instanceIds, attempt: null, state: 'done' }));
  }

  /** Undoes a launch that has started nothing; its token may be used again. */
  async forget(token: string): Promise<void> {
    await this.#change((all) => ({
      all: all.filter((entry) => entry.token !== token),
      answer: undefined,
    }));
  }

  /** Notes that instances were terminated, which DescribeInstances may not show yet. */
  async ended(instanceIds: readonly string[]): Promise<void> {
    const gone = new Set(instanceIds);
    await this.#change((all) => ({
      all: all.map((entry) => ({
        ...entry,
        instanceIds: entry.instanceIds.filter((id) => !gone.has(id)),
      })),
      answer: undefined,
    }));
  }

  /** Launches so young that DescribeInstances may not show their instances yet. */
  async young(now: number): Promise<readonly Reservation[]> {
    return (await this.#read()).all.filter(({ at }) => isYoung(at, now));
  }

  async #update(token: string, update: (entry: Reservation) => Reservation): Promise<void> {
    await this.#change((all) => ({
      all: all.map((entry) => (entry.token === token ? update(entry) : entry)),
      answer: undefined,
    }));
  }

  async #change<Answer>(
    decide: (all: readonly Reservation[]) => { all: readonly Reservation[]; answer: Answer },
  ): Promise<Answer> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { all, version } = await this.#read();
      const decided = decide(all);
      if (decided.all === all || (await this.#replace(decided.all, version))) return decided.answer;
    }
    throw new NommerError('UNAVAILABLE', 'The launches of other feederds get in between');
  }

  async #read(): Promise<{ all: readonly Reservation[]; version: number }> {
    const item = await this.#table.get(KEY);
    return {
      all: JSON.parse(item?.['reservations']?.S ?? '[]') as Reservation[],
      version: Number(item?.['version']?.N ?? 0),
    };
  }

  async #replace(all: readonly Reservation[], version: number): Promise<boolean> {
    const item = {
      node_id: { S: KEY },
      version: { N: String(version + 1) },
      reservations: { S: JSON.stringify(all) },
    };
    return await this.#table.put(item, {
      ConditionExpression: 'attribute_not_exists(node_id) OR version = :version',
      ExpressionAttributeValues: { ':version': { N: String(version) } },
    });
  }
}

function isYoung(at: number, now: number): boolean {
  return now - at < YOUNG_MS;
}

/** All that may run: what is described, what was just launched, what may yet come of open launches. */
function countNodes(young: readonly Reservation[], { alive, ended }: Described): number {
  const known = new Set(alive);
  let unknown = 0;
  for (const { state, count, instanceIds } of young) {
    for (const id of instanceIds) if (!ended.has(id)) known.add(id);
    if (state === 'open') unknown += count - instanceIds.length;
  }
  return known.size + unknown;
}
