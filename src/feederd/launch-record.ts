import type { Clock } from '../core/clock.ts';
import type { EncodingJob } from '../core/job.ts';
import type { NodeState } from '../core/node-state.ts';
import type { FleetNode } from '../core/ports.ts';
import { median } from './median.ts';
import type { BootsSeen } from './wait-target-plan.ts';

const MAX_WAIT_SECONDS = 300;
/** A fleet's list may lag behind its launches. */
const UNLISTED_MS = 10_000;
const BOOTS_KEPT = 20;
const UNKNOWN_BOOT_SECONDS = 60;
/** Whoever boots for so much longer than the longest boot known is not waited for: a part of it, or seconds. */
const LATE = { part: 0.2, leastSeconds: 10 };
/** Launches of which it is kept whether they came up. */
const LAUNCHES_KEPT = 100;

/** What is known of a node of the fleet. Times are monotonic milliseconds. */
interface KnownNode {
  /** Whether this feederd launched it; else it was there before. */
  readonly isOwn: boolean;
  /** Until then it need not be listed. */
  readonly listedBy: number;
  /** Its latest heartbeat, and when that was first seen here: clocks of machines differ. */
  heard?: { readonly reportedAt: number; readonly at: number; readonly firstAt: number };
  hasWorked?: boolean;
  /** It boots for longer than it should. */
  readonly isLate?: boolean;
  isGivenUp?: boolean;
}

export interface LaunchRecordSettings {
  /** An idle node leaves after so long by itself. */
  readonly maxInactivitySeconds: number;
}

export interface FleetSeen {
  readonly nodes: readonly FleetNode[];
  readonly states: readonly NodeState[];
  readonly jobs: readonly EncodingJob[];
}

export interface LookedAt {
  /** Launched here, and not listed yet. */
  readonly yet: readonly string[];
  /** They boot for longer than any has: nobody waits for them any more. */
  readonly late: readonly string[];
  /** Launched here, and there no more without ever having reported. */
  readonly gone: readonly string[];
  /** Launched here, and gone soon after they reported, without ever having had a job. */
  readonly useless: readonly string[];
}

/**
 * What became of launched nodes. One that is gone, or was given up, before it was of any use cannot start
 * (a bad setting, a missing module, …) or cannot stay (spot instances are short), and neither will the
 * next: launches then wait, longer each time, until a node works.
 */
export class LaunchRecord {
  readonly #clock: Clock;
  /** A node that leaves sooner did not leave for having nothing to do. */
  readonly #shortLifeMs: number;
  readonly #nodes = new Map<string, KnownNode>();
  readonly #bootSeconds: number[] = [];
  /** Of the latest launches: whether the node never reported. */
  readonly #wereLost: boolean[] = [];
  #failuresInARow = 0;
  #waitUntil = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, { maxInactivitySeconds }: LaunchRecordSettings) {
    this.#clock = clock;
    // Half: it may have been heard of late.
    this.#shortLifeMs = (maxInactivitySeconds * 1000) / 2;
  }

  get mayLaunch(): boolean {
    return this.#clock.monotonic() >= this.#waitUntil;
  }

  /** While this holds, look often: a node may come, work and go within seconds. */
  get isWaiting(): boolean {
    return [...this.#nodes.values()].some(({ heard, isGivenUp }) => !heard && !isGivenUp);
  }

  /** Milliseconds since something new was heard of each node that ever reported. */
  get silences(): ReadonlyMap<string, number> {
    const now = this.#clock.monotonic();
    return new Map(
      [...this.#nodes].flatMap(([nodeId, { heard }]) => (heard ? [[nodeId, now - heard.at]] : [])),
    );
  }

  /** How long a node usually takes from its launch until it takes jobs. */
  get bootSeconds(): number {
    return median(this.#bootSeconds) ?? UNKNOWN_BOOT_SECONDS;
  }

  /** How launches go: what came of the latest ones. */
  get boots(): BootsSeen {
    const longest = Math.max(...this.#bootSeconds);
    const isKnown = this.#bootSeconds.length > 0;
    const lost = this.#wereLost.filter(Boolean).length;
    return {
      // While nothing is known of boots, only the deadline ends them.
      lateSeconds: isKnown ? longest + Math.max(longest * LATE.part, LATE.leastSeconds) : Infinity,
      lostShare: lost / Math.max(this.#wereLost.length, 1),
    };
  }

  launched(nodeIds: readonly string[]): void {
    const listedBy = this.#clock.monotonic() + UNLISTED_MS;
    for (const nodeId of nodeIds) {
      if (!this.#nodes.has(nodeId)) this.#nodes.set(nodeId, { isOwn: true, listedBy });
    }
  }

  /** Looks what has become of the nodes. Tells of each once, but for those that are not listed yet. */
  look({ nodes, states, jobs }: FleetSeen): LookedAt {
    const launchedAt = new Map(nodes.map((node) => [node.nodeId, node.launchedAt]));
    const listedBy = Number.NEGATIVE_INFINITY;
    for (const nodeId of launchedAt.keys()) {
      if (!this.#nodes.has(nodeId)) this.#nodes.set(nodeId, { isOwn: false, listedBy });
    }
    for (const state of states) this.#hear(state, launchedAt.get(state.nodeId));
    for (const { lease } of jobs) if (lease !== null) this.#worked(lease.nodeId);

    const now = this.#clock.monotonic();
    const lateBy = this.#clock.now() - this.boots.lateSeconds * 1000;
    const seen = {
      yet: [] as string[],
      late: [] as string[],
      gone: [] as string[],
      useless: [] as string[],
    };
    for (const [nodeId, known] of this.#nodes) {
      const since = launchedAt.get(nodeId);
      if (since !== undefined) {
        const isLate = known.heard === undefined && since < lateBy;
        if (isLate && !known.isLate) seen.late.push(nodeId);
        // Once it was listed it may not miss.
        this.#nodes.set(nodeId, { ...known, listedBy, isLate });
      } else if (now < known.listedBy) {
        seen.yet.push(nodeId);
      } else {
        this.#nodes.delete(nodeId);
        if (!known.isOwn || known.isGivenUp) continue;
        if (!known.heard) {
          seen.gone.push(nodeId);
          this.#cameUp(false);
        } else if (!known.hasWorked && now - known.heard.firstAt < this.#shortLifeMs) {
          seen.useless.push(nodeId);
        }
      }
    }
    return seen;
  }

  /** Takes note of nodes that were ended for not reporting. @returns those it did not know of yet */
  givenUp(nodeIds: readonly string[]): readonly string[] {
    return nodeIds.filter((nodeId) => {
      const known = this.#nodes.get(nodeId);
      // A fleet may list ended nodes for a while.
      if (known === undefined || known.isGivenUp) return false;
      known.isGivenUp = true;
      if (known.heard === undefined) this.#cameUp(false);
      return true;
    });
  }

  /** Takes note that a launch came to nothing. @returns how long launches wait now: at most `mostSeconds` */
  failed(mostSeconds = MAX_WAIT_SECONDS): number {
    this.#failuresInARow += 1;
    const waitSeconds = Math.min(2 ** this.#failuresInARow, mostSeconds);
    this.#waitUntil = this.#clock.monotonic() + waitSeconds * 1000;
    return waitSeconds;
  }

  #hear(state: NodeState, launchedAt = Number.NaN): void {
    const known = this.#nodes.get(state.nodeId);
    if (known === undefined) return;
    const { reportedAt } = state;
    const at = this.#clock.monotonic();
    if (known.heard === undefined) {
      const bootMs = state.startedAt - launchedAt;
      if (bootMs >= 0) this.#bootSeconds.push(bootMs / 1000);
      if (this.#bootSeconds.length > BOOTS_KEPT) this.#bootSeconds.shift();
      known.heard = { reportedAt, at, firstAt: at };
      this.#cameUp(true);
      this.#waitUntil = Number.NEGATIVE_INFINITY;
    } else if (known.heard.reportedAt !== reportedAt) {
      known.heard = { ...known.heard, reportedAt, at };
    }
    if (state.activeJobs.length > 0) this.#worked(state.nodeId);
  }

  #cameUp(hasReported: boolean): void {
    this.#wereLost.push(!hasReported);
    if (this.#wereLost.length > LAUNCHES_KEPT) this.#wereLost.shift();
  }

  #worked(nodeId: string): void {
    const known = this.#nodes.get(nodeId);
    if (known === undefined || known.hasWorked) return;
    known.hasWorked = true;
    this.#failuresInARow = 0;
    this.#waitUntil = Number.NEGATIVE_INFINITY;
  }
}
