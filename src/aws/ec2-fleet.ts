import type { Clock } from '../core/clock.ts';
import type { Fleet, FleetNode, LaunchRequest } from '../core/ports.ts';
import type { AwsClients } from './aws-clients.ts';
import { describeNodes, type DescribedNode } from './describe-nodes.ts';
import { Ec2Launcher } from './ec2-launcher.ts';
import type { LaunchLedger } from './launch-ledger.ts';
import { livingIds, type Reservation } from './reservation.ts';
import type { LaunchSettings } from './run-instances.ts';
import { terminateInstance } from './terminate-instance.ts';

export interface Ec2FleetOptions {
  readonly clients: AwsClients;
  readonly settings: LaunchSettings;
  readonly ledger: LaunchLedger;
  readonly userData: string;
  readonly clock?: Pick<Clock, 'now' | 'monotonic'>;
}

const SYSTEM_TIME = { now: () => Date.now(), monotonic: () => performance.now() };

/** Nodes as EC2 instances, known by their tag. */
export class Ec2Fleet implements Fleet {
  readonly #clients: AwsClients;
  readonly #installation: string;
  readonly #ledger: LaunchLedger;
  readonly #launcher: Ec2Launcher;
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly #launching = new Map<string, Promise<readonly FleetNode[]>>();

  constructor({ clients, settings, ledger, userData, clock = SYSTEM_TIME }: Ec2FleetOptions) {
    this.#clients = clients;
    this.#installation = settings.jobStateTable;
    this.#ledger = ledger;
    this.#launcher = new Ec2Launcher({ clients, settings, ledger, userData, clock });
    this.#clock = clock;
  }

  async nodes(): Promise<readonly FleetNode[]> {
    // Asked second, DescribeInstances cannot have missed the end of what the ledger still has.
    const young = await this.#ledger.young(this.#clock.now());
    const described = await this.#describe();
    const known = new Set(described.map(({ nodeId }) => nodeId));
    const living = described.filter(({ isAlive }) => isAlive).map(toFleetNode);
    return [...living, ...young.filter(({ nodeId }) => !known.has(nodeId))];
  }

  /**
   * @throws NommerError UNAVAILABLE when it is unknown what came of it: the same launch again finds out.
   *   Every other error says for certain that no more nodes come: `retryable` ones, like a lack of
   *   capacity, by themselves do not last.
   */
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
    const now = this.#clock.now();
    const reservation = await this.#ledger.reserve({ token, count, maximum, described, now });
    if (reservation === undefined) return await this.#withoutRoom(token, described, now);
    if (reservation.state === 'done') return livingOf(reservation, described);
    const ofToken = described.filter((node) => node.token === token);
    if (isFresh(reservation) && ofToken.length > 0) {
      // Launched long ago: the ledger has forgotten it since.
      await this.#ledger.complete(token, described);
      return ofToken.filter(({ isAlive }) => isAlive).map(toFleetNode);
    }
    return await this.#run(token, described);
  }

  /** There may be none for a launch that somebody left in its middle: whoever needs nodes ends it. */
  async #withoutRoom(
    token: string,
    described: readonly DescribedNode[],
    now: number,
  ): Promise<readonly FleetNode[]> {
    const abandoned = await this.#ledger.abandoned(described, now);
    if (abandoned !== undefined) return await this.#run(abandoned, described);
    return described.filter((node) => node.token === token && node.isAlive).map(toFleetNode);
  }

  async #run(token: string, described: readonly DescribedNode[]): Promise<readonly FleetNode[]> {
    return livingOf(await this.#launcher.run(token, () => this.#describe()), described);
  }

  #describe(): Promise<readonly DescribedNode[]> {
    return describeNodes(this.#clients, this.#installation);
  }
}

/** Not one call was made for it as far as the ledger knows. */
function isFresh({ attempt, instanceIds }: Reservation): boolean {
  return attempt === null && instanceIds.length === 0;
}

function livingOf(
  reservation: Reservation | undefined,
  described: readonly DescribedNode[],
): readonly FleetNode[] {
  if (reservation === undefined) return [];
  const known = new Map(described.map((node) => [node.nodeId, node]));
  return livingIds(reservation)
    .filter((nodeId) => known.get(nodeId)?.isAlive !== false)
    .map((nodeId) => ({
      nodeId,
      launchedAt: known.get(nodeId)?.launchedAt ?? reservation.at,
    }));
}

function toFleetNode({ nodeId, launchedAt }: FleetNode): FleetNode {
  return { nodeId, launchedAt };
}
