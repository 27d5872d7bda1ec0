import type { Happening } from '../../test/simulation/world/event-heap.ts';
import { Random } from '../../test/simulation/world/random.ts';
import { World } from '../../test/simulation/world/world.ts';
import type { Fate } from './conditions.ts';
import type { Arrival } from './trace.ts';

/** EC2 tells of a spot instance's end so long before; and a node hands back its jobs so long before that. */
const NOTICE_MS = 120_000;
const HAND_OVER_MS = 30_000;
/** What EC2 bills at least for an instance that ran. */
const LEAST_BILLED_SECONDS = 60;

export interface CloudJob {
  readonly id: string;
  readonly submittedMs: number;
  readonly workMs: number;
  /** Raised by every start. */
  attempt: number;
  /** Since when it waits for a slot; undefined while it has one. */
  waitingSinceMs: number | undefined;
  /** All its waiting so far. */
  waitedMs: number;
  startedMs: number;
  endedMs: number;
}

export interface CloudNode {
  readonly nodeId: string;
  readonly launchedMs: number;
  readonly fate: Fate;
  /** Undefined while it boots. */
  readyMs: number | undefined;
  /** False: it only ends what it has. */
  takesJobs: boolean;
  readonly running: Map<CloudJob, Happening>;
  idleSinceMs: number;
  endedMs: number | undefined;
}

export interface CloudOptions {
  readonly seed: number;
  readonly arrivals: readonly Arrival[];
  readonly slots: number;
  readonly maxNodes: number;
  /** A node ends itself after so long without a job; Infinity: others end it. */
  readonly idleSeconds: number;
  readonly conditions: {
    fate(launch: number): Fate;
    refuses(atMs: number): boolean;
  };
}

/** EC2, a queue and nodes in virtual time: what any policy of scaling has to do with. */
export class Cloud {
  readonly world: World;
  readonly slots: number;
  readonly maxNodes: number;
  /** Who has waited longest first. */
  readonly waiting: CloudJob[] = [];
  readonly nodes = new Map<string, CloudNode>();
  readonly endedJobs: CloudJob[] = [];
  readonly endedNodes: CloudNode[] = [];
  /** Told when a job begins to wait, and when one has ended. */
  onWaiting: () => void = () => undefined;
  onEnded: (job: CloudJob) => void = () => undefined;
  readonly #options: CloudOptions;
  readonly #random: Random;
  #launches = 0;
  #ties = 0;

  constructor(options: CloudOptions) {
    this.#options = options;
    this.slots = options.slots;
    this.maxNodes = options.maxNodes;
    this.#random = new Random(options.seed);
    // What is due at the same time happens in the order in which it was set going.
    this.world = new World({ seed: options.seed, tie: () => (this.#ties += 1) });
    for (const [index, { atMs, workMs }] of options.arrivals.entries()) {
      this.world.after(atMs, () => this.#submit(`job-${index}`, workMs));
    }
  }

  get nowMs(): number {
    return this.world.now;
  }

  get launches(): number {
    return this.#launches;
  }

  /** Whether every job is done. */
  get isDone(): boolean {
    return this.endedJobs.length === this.#options.arrivals.length;
  }

  /** @returns the new nodes: as many as were asked for, or none where EC2 refuses; undefined then */
  launch(count: number): readonly CloudNode[] | undefined {
    const { conditions } = this.#options;
    const room = Math.min(count, this.maxNodes - this.nodes.size);
    if (room <= 0) return [];
    if (conditions.refuses(this.nowMs)) return undefined;
    return Array.from({ length: room }, () => {
      const fate = conditions.fate(this.#launches);
      const node: CloudNode = {
        nodeId: `node-${this.#launches}`,
        launchedMs: this.nowMs,
        fate,
        readyMs: undefined,
        takesJobs: true,
        running: new Map(),
        idleSinceMs: this.nowMs,
        endedMs: undefined,
      };
      this.#launches += 1;
      this.nodes.set(node.nodeId, node);
      if (Number.isFinite(fate.bootMs)) this.world.after(fate.bootMs, () => this.#ready(node));
      return node;
    });
  }

  /** Ends a node at once; what it works on waits again. */
  terminate(node: CloudNode): void {
    if (node.endedMs !== undefined) return;
    node.endedMs = this.nowMs;
    node.takesJobs = false;
    this.nodes.delete(node.nodeId);
    this.endedNodes.push(node);
    const lost = [...node.running.keys()];
    for (const ending of node.running.values()) ending.isCancelled = true;
    node.running.clear();
    for (const job of lost.toReversed()) {
      job.waitingSinceMs = this.nowMs;
      this.waiting.unshift(job);
    }
    if (lost.length > 0) this.#haveTaken();
  }

  /** Lets a node take no more jobs, and end when it has none. */
  drain(node: CloudNode): void {
    node.takesJobs = false;
    if (node.running.size === 0) this.terminate(node);
  }

  #submit(id: string, workMs: number): void {
    this.waiting.push({
      id,
      submittedMs: this.nowMs,
      workMs,
      attempt: 0,
      waitingSinceMs: this.nowMs,
      waitedMs: 0,
      startedMs: Number.NaN,
      endedMs: Number.NaN,
    });
    this.#haveTaken();
  }

  #ready(node: CloudNode): void {
    if (node.endedMs !== undefined) return;
    node.readyMs = this.nowMs;
    const noticeMs = Math.max(node.fate.lifeMs - NOTICE_MS, 0);
    this.world.after(noticeMs, () => this.drain(node));
    this.world.after(noticeMs + NOTICE_MS - HAND_OVER_MS, () => this.terminate(node));
    this.#idle(node);
    this.#haveTaken();
  }

  /** Gives waiting jobs to nodes: which of those that poll the queue gets one is up to chance. */
  #haveTaken(): void {
    for (;;) {
      const job = this.waiting[0];
      if (job === undefined) return;
      const free = [...this.nodes.values()].filter(
        ({ readyMs, takesJobs, running }) =>
          readyMs !== undefined && takesJobs && running.size < this.slots,
      );
      if (free.length === 0) break;
      this.waiting.shift();
      this.#start(job, this.#random.pick(free));
    }
    this.onWaiting();
  }

  #start(job: CloudJob, node: CloudNode): void {
    job.waitedMs += this.nowMs - (job.waitingSinceMs ?? this.nowMs);
    job.waitingSinceMs = undefined;
    job.startedMs = this.nowMs;
    job.attempt += 1;
    const ending = this.world.after(job.workMs, () => {
      node.running.delete(job);
      job.endedMs = this.nowMs;
      this.endedJobs.push(job);
      this.onEnded(job);
      if (node.takesJobs) {
        this.#haveTaken();
        if (node.running.size === 0) this.#idle(node);
      } else if (node.running.size === 0) this.terminate(node);
    });
    node.running.set(job, ending);
  }

  #idle(node: CloudNode): void {
    const { idleSeconds } = this.#options;
    node.idleSinceMs = this.nowMs;
    if (!Number.isFinite(idleSeconds)) return;
    this.world.after(idleSeconds * 1000, () => {
      const isIdle = node.running.size === 0;
      if (isIdle && this.nowMs - node.idleSinceMs >= idleSeconds * 1000) this.terminate(node);
    });
  }
}

/** What EC2 bills for a node: by the second, and a minute at least. */
export function billedSeconds({ launchedMs, endedMs }: CloudNode): number {
  if (endedMs === undefined) throw new Error('billed before its end');
  return Math.max(Math.ceil((endedMs - launchedMs) / 1000), LEAST_BILLED_SECONDS);
}
