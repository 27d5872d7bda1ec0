import type { NodeState } from '../../src/core/node-state.ts';
import type { NodeStates } from '../../src/core/ports.ts';
import { arriveSoon, type Arrive } from './arrive.ts';

/** The heartbeat records' twin in memory. */
export class MemoryNodeStates implements NodeStates {
  readonly #states = new Map<string, NodeState>();
  readonly #arrive: Arrive;

  constructor(arrive: Arrive = arriveSoon) {
    this.#arrive = arrive;
  }

  async report(state: NodeState): Promise<void> {
    await this.#arrive();
    this.#states.set(state.nodeId, state);
  }

  async list(): Promise<readonly NodeState[]> {
    await this.#arrive();
    return [...this.#states.values()];
  }

  async remove(nodeId: string): Promise<void> {
    await this.#arrive();
    this.#states.delete(nodeId);
  }
}
