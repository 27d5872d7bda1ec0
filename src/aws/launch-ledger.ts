import { randomUUID } from 'node:crypto';
import { NommerError } from '../core/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import type { DescribedNode } from './describe-nodes.ts';
import { DynamodbTable } from './dynamodb-table.ts';
import type { LaunchCandidate } from './launch-candidates.ts';
import {
  attempted,
  completed,
  countNodes,
  isAbandoned,
  livingIds,
  matters,
  newReservation,
  settled,
  started,
  unseen,
  withEnded,
  type Reservation,
} from './reservation.ts';
import { RESERVED_KEY_PREFIX } from './table-definitions.ts';

export interface ReserveRequest {
  readonly token: string;
  readonly count: number;
  readonly maximum: number;
  readonly described: readonly DescribedNode[];
  readonly now: number;
}

/** One call of RunInstances for one launch. */
interface Call {
  readonly token: string;
  readonly clientToken: string;
}

type Entries = readonly Reservation[];

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
      if (known !== undefined && (known.state === 'done' || matters(known, now))) {
        return { all, answer: known };
      }
      // Whoever made one of those that fall out here cannot go on with it: see attempt.
      const others = all.filter((entry) => entry !== known && matters(entry, now));
      const granted = Math.min(count, maximum - countNodes(others, described));
      if (granted <= 0) return { all, answer: undefined };
      const entry = newReservation(token, granted, now);
      return { all: [...others, entry], answer: entry };
    });
  }

  /**
   * Notes the call that is about to be made, so that whoever goes on with the launch repeats this call: the
   * one that is open, else one of the candidate that `choose` gives.
   * @returns the reservation, without an attempt if no call is to be made; undefined if it is there no more,
   *   and what it held may have been granted to others
   */
  async attempt(
    token: string,
    choose: () => LaunchCandidate | undefined,
    now: number,
  ): Promise<Reservation | undefined> {
    const clientToken = randomUUID();
    return await this.#change((all) => {
      const known = all.find((entry) => entry.token === token);
      if (known === undefined || known.state === 'done') return { all, answer: known };
      const candidate = known.pending > 0 ? choose() : undefined;
      const entry = attempted(known, candidate && { candidate, clientToken }, now);
      return { all: replaced(all, known, entry), answer: entry };
    });
  }

  /** Notes what a call has started: none, if it was refused. Whoever repeats it notes the same. */
  async started(call: Call, instanceIds: readonly string[], now: number): Promise<void> {
    await this.#afterCall(call, (entry) => started(entry, instanceIds, now));
  }

  /**
   * Notes that nobody will hear what a call has started, but by what is described of it.
   * @param mayMore whether that may still grow
   */
  async settle(
    call: Call,
    { described, mayMore }: { described: readonly DescribedNode[]; mayMore: boolean },
  ): Promise<void> {
    await this.#afterCall(call, (entry) => {
      const known = settled(entry, described);
      return mayMore ? known : completed(known);
    });
  }

  /**
   * Ends a launch, unless a call is open: it holds its instances from now on, those described among them,
   * and nothing else.
   */
  async complete(token: string, described: readonly DescribedNode[] = []): Promise<void> {
    await this.#change((all) => {
      const known = all.find((entry) => entry.token === token);
      if (known === undefined || known.attempt !== null) return { all, answer: undefined };
      const entry = completed(settled(known, described));
      // One that has started nothing is no launch; its token may be used again.
      const isLaunch = entry.instanceIds.length > 0;
      return {
        all: all.flatMap((each) => (each !== known ? each : isLaunch ? entry : [])),
        answer: undefined,
      };
    });
  }

  /** Notes that instances were terminated, which DescribeInstances may not show yet. */
  async ended(instanceIds: readonly string[]): Promise<void> {
    await this.#change((all) => {
      const changed = all.map((entry) => withEnded(entry, instanceIds));
      const isSame = changed.every((entry, index) => entry === all[index]);
      return { all: isSame ? all : changed, answer: undefined };
    });
  }

  /** Instances so young that DescribeInstances may not show them yet. */
  async young(now: number): Promise<readonly { nodeId: string; launchedAt: number }[]> {
    const { all } = await this.#read();
    return all
      .filter((entry) => matters(entry, now))
      .flatMap((entry) => livingIds(entry).map((nodeId) => ({ nodeId, launchedAt: entry.at })));
  }

  /**
   * The token of the oldest launch that may still get instances by a call whose outcome nobody waits for
   * any more.
   */
  async abandoned(described: readonly DescribedNode[], now: number): Promise<string | undefined> {
    const { all } = await this.#read();
    return all.find(
      (entry) => isAbandoned(entry, now) && matters(entry, now) && unseen(entry, described) > 0,
    )?.token;
  }

  /** Nothing changes if somebody else has noted the outcome of the call already. */
  async #afterCall(
    { token, clientToken }: Call,
    update: (entry: Reservation) => Reservation,
  ): Promise<void> {
    await this.#change((all) => {
      const known = all.find((entry) => entry.token === token);
      if (known?.attempt?.clientToken !== clientToken) return { all, answer: undefined };
      return { all: replaced(all, known, update(known)), answer: undefined };
    });
  }

  async #change<Answer>(
    decide: (all: Entries) => { all: Entries; answer: Answer },
  ): Promise<Answer> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { all, version } = await this.#read();
      const decided = decide(all);
      if (decided.all === all || (await this.#replace(decided.all, version))) return decided.answer;
    }
    throw new NommerError('UNAVAILABLE', 'The launches of other feederds get in between');
  }

  async #read(): Promise<{ all: Entries; version: number }> {
    const item = await this.#table.get(KEY);
    return {
      all: JSON.parse(item?.['reservations']?.S ?? '[]') as Entries,
      version: Number(item?.['version']?.N ?? 0),
    };
  }

  async #replace(all: Entries, version: number): Promise<boolean> {
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

function replaced(all: Entries, known: Reservation, entry: Reservation): Entries {
  return known === entry ? all : all.map((each) => (each === known ? entry : each));
}
