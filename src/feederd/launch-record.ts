import type { Clock } from '../core/clock.ts';
import type { NodeState } from '../core/node-state.ts';
import type { FleetNode } from '../core/ports.ts';
import { median } from './median.ts';

const MAX_WAIT_SECONDS = 300;
/** A fleet's list may lag behind its launches. */
const UNLISTED_MS = 10_000;
const BOOTS_KEPT = 20;
/** Of nodes that may still say something, at a guess far more than there ever are. */
const REPORTED_KEPT = 10_000;
const UNKNOWN_BOOT_SECONDS = 60;

/**
 * What became of launched nodes. One that is gone, or was given up, before it ever reported cannot start
 * (a bad setting, a missing module, …), and neither will the next: launches then wait, longer each time,
 * until a node has come up.
 */
export class LaunchRecord {
  readonly #clock: Clock;
  /** With the time until which a node need not be listed. */
  readonly #unreported = new Map<string, number>();
  readonly #reported = new Set<string>();
  readonly #givenUp = new Set<string>();
  readonly #bootSeconds: number[] = [];
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

  /** Nodes that have reported, even if they are silent now. */
  get reported(): ReadonlySet<string> {
    return this.#reported;
  }

  /** How long a node usually takes from its launch until it takes jobs. */
  get bootSeconds(): number {
    return median(this.#bootSeconds) ?? UNKNOWN_BOOT_SECONDS;
  }

  launched(nodeIds: readonly string[]): void {
    const listedBy = this.#clock.monotonic() + UNLISTED_MS;
    for (const nodeId of nodeIds) {
      if (!this.#reported.has(nodeId)) this.#unreported.set(nodeId, listedBy);
    }
  }

  /**
   * Looks what has become of the nodes.
   * @returns launched ones that are not listed: `gone` without a report, or not listed `yet`
   */
  look(
    nodes: readonly FleetNode[],
    states: readonly NodeState[],
  ): { readonly gone: readonly string[]; readonly yet: readonly string[] } {
    const launchedAt = new Map(nodes.map((node) => [node.nodeId, node.launchedAt]));
    for (const { nodeId, startedAt } of states) {
      this.#hasReported(nodeId, startedAt - (launchedAt.get(nodeId) ?? Number.NaN));
    }
    const gone: string[] = [];
    const yet: string[] = [];
    const now = this.#clock.monotonic();
    for (const [nodeId, listedBy] of this.#unreported) {
      if (launchedAt.has(nodeId)) continue;
      (now < listedBy ? yet : gone).push(nodeId);
    }
    for (const nodeId of gone) this.#unreported.delete(nodeId);
    // Of another feederd, or of this one before it was started anew. Once listed, a node may not miss.
    for (const { nodeId } of nodes) {
      if (this.#reported.has(nodeId) || this.#givenUp.has(nodeId)) continue;
      this.#unreported.set(nodeId, Number.NEGATIVE_INFINITY);
    }
    return { gone, yet };
  }

  /** Takes note of nodes that were ended for not reporting. @returns those it did not know of yet */
  givenUp(nodeIds: readonly string[]): readonly string[] {
    const known = [...this.#givenUp].filter((nodeId) => !nodeIds.includes(nodeId));
    const added = nodeIds.filter((nodeId) => !this.#givenUp.has(nodeId));
    // A fleet may list ended nodes for a while.
    for (const nodeId of known) this.#givenUp.delete(nodeId);
    for (const nodeId of nodeIds) {
      this.#givenUp.add(nodeId);
      this.#unreported.delete(nodeId);
    }
    return added;
  }

  /** Takes note that a launch came to nothing. @returns how long launches wait now */
  failed(nodeId?: string): number {
    if (nodeId !== undefined) this.#unreported.delete(nodeId);
    this.#failuresInARow += 1;
    const waitSeconds = Math.min(2 ** this.#failuresInARow, MAX_WAIT_SECONDS);
    this.#waitUntil = this.#clock.monotonic() + waitSeconds * 1000;
    return waitSeconds;
  }

  #hasReported(nodeId: string, bootMs: number): void {
    const isNew = !this.#reported.has(nodeId);
    this.#reported.delete(nodeId);
    this.#reported.add(nodeId);
    const [oldest] = this.#reported;
    if (this.#reported.size > REPORTED_KEPT && oldest !== undefined) this.#reported.delete(oldest);
    if (!isNew) return;
    if (bootMs >= 0) this.#bootSeconds.push(bootMs / 1000);
    if (this.#bootSeconds.length > BOOTS_KEPT) this.#bootSeconds.shift();
    if (!this.#unreported.delete(nodeId)) return;
    this.#failuresInARow = 0;
    this.#waitUntil = Number.NEGATIVE_INFINITY;
  }
}
