import type { Clock } from '../core/clock.ts';
import { NommerError } from '../core/errors.ts';
import type { Fleet, FleetNode, LaunchRequest } from '../core/ports.ts';
import type { AwsClients } from './aws-clients.ts';
import { describeNodes, type DescribedNode } from './describe-nodes.ts';
import type { LaunchLedger, Reservation } from './launch-ledger.ts';
import { launchCandidates, runInstances, type LaunchSettings } from './run-instances.ts';
import { terminateInstance } from './terminate-instance.ts';

export interface Ec2FleetOptions {
  readonly clients: AwsClients;
  readonly settings: LaunchSettings;
  readonly ledger: LaunchLedger;
  readonly userData: string;
  readonly clock?: Pick<Clock, 'now' | 'monotonic'>;
}

/** A type that EC2 has no capacity for is not asked for again so long. */
const COOL_OFF_MS = 300_000;
const SYSTEM_TIME = { now: () => Date.now(), monotonic: () => performance.now() };

/** Nodes as EC2 instances, known by their tag. */
export class Ec2Fleet implements Fleet {
  readonly #clients: AwsClients;
  readonly #settings: LaunchSettings;
  readonly #ledger: LaunchLedger;
  readonly #userData: string;
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly #launching = new Map<string, Promise<readonly FleetNode[]>>();
  /** By candidate: until when it is left alone. */
  readonly #coolOff = new Map<number, number>();

  constructor({ clients, settings, ledger, userData, clock = SYSTEM_TIME }: Ec2FleetOptions) {
    this.#clients = clients;
    this.#settings = settings;
    this.#ledger = ledger;
    this.#userData = userData;
    this.#clock = clock;
  }

  async nodes(): Promise<readonly FleetNode[]> {
    // Asked second, DescribeInstances cannot have missed the end of what the ledger still has.
    const young = await this.#ledger.young(this.#clock.now());
    const described = await this.#describe();
    const known = new Set(described.map(({ nodeId }) => nodeId));
    const unseen = young.flatMap(toFleetNodes).filter(({ nodeId }) => !known.has(nodeId));
    return [...described.filter(({ isAlive }) => isAlive).map(toFleetNode), ...unseen];
  }

  /** @throws NommerError UNAVAILABLE when there is no capacity at all, or EC2 cannot be reached */
  async launch(request: LaunchRequest): Promise<readonly FleetNode[]> {
    if (request.count <= 0) return [];
    const { token } = request;
    const underWay = this.#launching.get(token);
    if (underWay !== undefined) return await underWay;
    const launching = this.#launch(request).finally(() => this.#launching.delete(token));
    this.#launching.set(token, launching);
    return await launching;
  }

  async terminate(nodeIds: readonly string[]): Promise<void> {
    const wanted = new Set(nodeIds);
    const living = (await this.nodes()).map(({ nodeId }) => nodeId);
    const own = living.filter((nodeId) => wanted.has(nodeId));
    for (const nodeId of own) {
      if (await terminateInstance(this.#clients, nodeId)) await this.#ledger.ended([nodeId]);
    }
  }

  async #launch({ count, token, maximum }: LaunchRequest): Promise<readonly FleetNode[]> {
    const described = await this.#describe();
    const reservation = await this.#ledger.reserve({
      token,
      count,
      maximum,
      now: this.#clock.now(),
      described: {
        alive: new Set(described.flatMap(({ nodeId, isAlive }) => (isAlive ? nodeId : []))),
        ended: new Set(described.flatMap(({ nodeId, isAlive }) => (isAlive ? [] : nodeId))),
      },
    });
    const ofToken = described.filter((node) => node.token === token);
    if (reservation === undefined) return ofToken.filter(({ isAlive }) => isAlive).map(toFleetNode);
    if (reservation.state === 'done') return this.#livingOf(reservation, described);
    if (ofToken.length >= reservation.count || (ofToken.length > 0 && isFresh(reservation))) {
      // Launched already: the answer was lost, or the ledger has forgotten it since.
      const living = ofToken.filter(({ isAlive }) => isAlive).map(toFleetNode);
      await this.#ledger.resolve(token, idsOf(living));
      return living;
    }
    if (reservation.attempt === null && reservation.instanceIds.length > 0) {
      // Whoever launched them died between two calls; these are what the token got.
      await this.#ledger.resolve(token, reservation.instanceIds);
      return this.#livingOf(reservation, described);
    }
    return await this.#runAll(reservation);
  }

  async #runAll(reservation: Reservation): Promise<readonly FleetNode[]> {
    const { token, count, at } = reservation;
    const started = new Set(reservation.instanceIds);
    let lastError: NommerError | undefined;
    let repeated = reservation.attempt;
    const candidates = launchCandidates(this.#settings);
    const first = repeated?.candidate ?? 0;
    for (let candidate = first; candidate < candidates.length; candidate++) {
      if (started.size >= count) break;
      if (repeated === null && this.#isCoolingOff(candidate)) continue;
      // A repeated call must be the same to the letter, or EC2 refuses it.
      const attempt = repeated ?? { candidate, count: count - started.size };
      repeated = null;
      await this.#ledger.attempt(token, attempt);
      try {
        const userData = this.#userData;
        const run = { token, userData, ...attempt };
        const outcome = await runInstances(this.#clients, this.#settings, run);
        const instanceIds = outcome.kind === 'started' ? outcome.instanceIds : [];
        if (outcome.kind === 'no-capacity') lastError = outcome.error;
        for (const id of instanceIds) started.add(id);
        if (instanceIds.length < attempt.count) this.#leaveAlone(candidate);
        await this.#ledger.started(token, instanceIds);
      } catch (thrown) {
        // Only this says for certain that the call started nothing.
        if (thrown instanceof NommerError && thrown.code === 'BAD_SETTING') {
          await this.#end(token, started);
        }
        throw thrown;
      }
    }
    await this.#end(token, started);
    if (started.size === 0) throw lastError ?? noCapacity(this.#settings);
    return [...started].map((nodeId) => ({ nodeId, launchedAt: at }));
  }

  async #end(token: string, started: ReadonlySet<string>): Promise<void> {
    if (started.size === 0) await this.#ledger.forget(token);
    else await this.#ledger.resolve(token, [...started]);
  }

  #livingOf(reservation: Reservation, described: readonly DescribedNode[]): readonly FleetNode[] {
    const ended = new Set(idsOf(described.filter(({ isAlive }) => !isAlive)));
    return toFleetNodes(reservation).filter(({ nodeId }) => !ended.has(nodeId));
  }

  #describe(): Promise<readonly DescribedNode[]> {
    return describeNodes(this.#clients, this.#settings.jobStateTable);
  }

  #isCoolingOff(candidate: number): boolean {
    return (this.#coolOff.get(candidate) ?? -Infinity) > this.#clock.monotonic();
  }

  #leaveAlone(candidate: number): void {
    this.#coolOff.set(candidate, this.#clock.monotonic() + COOL_OFF_MS);
  }
}

/** Not one call was made for it as far as the ledger knows. */
function isFresh({ attempt, instanceIds }: Reservation): boolean {
  return attempt === null && instanceIds.length === 0;
}

function noCapacity({ ec2InstanceTypes }: LaunchSettings): NommerError {
  return new NommerError(
    'UNAVAILABLE',
    `EC2 had no capacity a short while ago for ${ec2InstanceTypes.join(', ')}`,
    { retryable: true },
  );
}

function toFleetNode({ nodeId, launchedAt }: FleetNode): FleetNode {
  return { nodeId, launchedAt };
}

function toFleetNodes({ instanceIds, at }: Reservation): readonly FleetNode[] {
  return instanceIds.map((nodeId) => ({ nodeId, launchedAt: at }));
}

function idsOf(nodes: readonly FleetNode[]): string[] {
  return nodes.map(({ nodeId }) => nodeId);
}
