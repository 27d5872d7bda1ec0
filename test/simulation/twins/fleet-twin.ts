import { NommerError } from '../../../src/core/errors.ts';
import type { FleetNode, LaunchRequest } from '../../../src/core/ports.ts';
import type { Judge } from '../invariants/invariant.ts';
import { EPOCH_MS } from '../world/sim-process.ts';
import type { World } from '../world/world.ts';

/** A machine of the fleet. */
export interface Machine {
  readonly nodeId: string;
  readonly launchedAt: number;
  /** When lists begin to show it. */
  readonly listedAt: number;
  /** Whether it is of no fleet. */
  readonly isByHand?: true;
  isGone: boolean;
}

export function startedByHand(now: number): Machine {
  return {
    nodeId: 'node-by-hand',
    launchedAt: now,
    listedAt: Infinity,
    isByHand: true,
    isGone: false,
  };
}

export interface FleetTroubles {
  /** There is no capacity. */
  refuses: boolean;
  /** Of several machines asked for, fewer come. */
  givesFewer: boolean;
  listLagMs: number;
}

/** Where machines come from: a token launches once, and there are never more than the maximum. */
export class FleetTwin {
  readonly #world: World;
  readonly #judge: Judge;
  readonly #batches = new Map<string, readonly string[]>();
  readonly machines = new Map<string, Machine>();
  readonly troubles: FleetTroubles = { refuses: false, givesFewer: false, listLagMs: 0 };
  /** Told of every machine that is launched, and of every one that is to end. */
  onLaunched: (machine: Machine) => void = () => undefined;
  onTerminated: (machine: Machine) => void = () => undefined;
  /** When the world began. */
  epochMs = EPOCH_MS;

  constructor(world: World, judge: Judge) {
    this.#world = world;
    this.#judge = judge;
  }

  living(): readonly Machine[] {
    return [...this.machines.values()].filter(({ isGone }) => !isGone);
  }

  nodes(): readonly FleetNode[] {
    return this.living()
      .filter(({ listedAt }) => listedAt <= this.#world.now)
      .map((machine) => this.#toNode(machine));
  }

  launch({ count, token, maximum }: LaunchRequest): readonly FleetNode[] {
    const before = this.#batches.get(token);
    if (before !== undefined) {
      const machines = before.flatMap((nodeId) => this.machines.get(nodeId) ?? []);
      return machines.filter(({ isGone }) => !isGone).map((machine) => this.#toNode(machine));
    }
    if (this.troubles.refuses) {
      throw new NommerError('BAD_SETTING', 'no capacity', { retryable: true });
    }
    const room = Math.max(maximum - this.living().length, 0);
    const wanted = Math.min(count, room);
    const given = this.troubles.givesFewer && wanted > 1 ? wanted - 1 : wanted;
    const started = Array.from({ length: given }, () => this.#start());
    this.#batches.set(
      token,
      started.map(({ nodeId }) => nodeId),
    );
    this.#world.note(
      'fleet',
      `launches ${started.map(({ nodeId }) => nodeId).join(', ') || 'none'}`,
    );
    for (const machine of started) this.onLaunched(machine);
    this.#judge.tell('launched', { machines: started });
    return started.map((machine) => this.#toNode(machine));
  }

  terminate(nodeIds: readonly string[]): void {
    for (const nodeId of nodeIds) {
      const machine = this.machines.get(nodeId);
      if (machine === undefined || machine.isGone) continue;
      this.#world.note('fleet', `is told to end ${nodeId}`);
      this.#judge.tell('terminated', { nodeId });
      this.onTerminated(machine);
    }
  }

  gone(nodeId: string): void {
    const machine = this.machines.get(nodeId);
    if (machine === undefined || machine.isGone) return;
    machine.isGone = true;
    this.#world.note('fleet', `${nodeId} is gone`);
  }

  #start(): Machine {
    const { now, random } = this.#world;
    const listedAt = now + random.next() * this.troubles.listLagMs;
    const nodeId = `node-${this.machines.size + 1}`;
    const machine = { nodeId, launchedAt: now, listedAt, isGone: false };
    this.machines.set(nodeId, machine);
    return machine;
  }

  #toNode({ nodeId, launchedAt }: Machine): FleetNode {
    return { nodeId, launchedAt: this.epochMs + Math.floor(launchedAt) };
  }
}
