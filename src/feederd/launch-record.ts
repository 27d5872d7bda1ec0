import type { Clock } from '../core/clock.ts';
import type { NodeState } from '../core/node-state.ts';

const MAX_WAIT_SECONDS = 300;

/**
 * Which launched nodes have never reported yet. One that is gone before it ever did cannot start (a bad
 * setting, a missing module, …), and neither will the next: launches then wait, longer each time, until
 * a node has come up.
 */
export class LaunchRecord {
  readonly #clock: Clock;
  readonly #unreported = new Set<string>();
  #failuresInARow = 0;
  #waitUntil = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get mayLaunch(): boolean {
    return this.#clock.monotonic() >= this.#waitUntil;
  }

  /** While this holds, look often: a node may come, work and go within seconds. */
  get isWaiting(): boolean {
    return this.#unreported.size > 0;
  }

  launched(nodeIds: readonly string[]): void {
    for (const nodeId of nodeIds) this.#unreported.add(nodeId);
  }

  /**
   * Looks what has become of the launched nodes.
   * @returns those that are gone without a report, with how long launches wait now
   */
  look(
    alive: ReadonlySet<string>,
    states: readonly NodeState[],
  ): readonly { nodeId: string; waitSeconds: number }[] {
    for (const { nodeId } of states) {
      if (this.#unreported.delete(nodeId)) this.#failuresInARow = 0;
    }
    const gone = [...this.#unreported].filter((nodeId) => !alive.has(nodeId));
    return gone.map((nodeId) => {
      this.#unreported.delete(nodeId);
      this.#failuresInARow += 1;
      const waitSeconds = Math.min(2 ** this.#failuresInARow, MAX_WAIT_SECONDS);
      this.#waitUntil = this.#clock.monotonic() + waitSeconds * 1000;
      return { nodeId, waitSeconds };
    });
  }
}
