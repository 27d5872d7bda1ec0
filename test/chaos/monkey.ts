import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnProcess } from './processes.ts';
import type { Random } from './random.ts';
import { startFeederd, type Scene } from './scene.ts';

export const BLOWS = [
  'node killed',
  'node stopped',
  'node told to end',
  'ffmpeg killed',
  'feederd killed',
  'feederd stopped',
] as const;

export type Blow = (typeof BLOWS)[number];

const WEIGHTS: Readonly<Record<Blow, number>> = {
  'node killed': 42,
  'node stopped': 10,
  'node told to end': 8,
  'ffmpeg killed': 22,
  'feederd killed': 13,
  'feederd stopped': 5,
};

/** A job whose node was killed under it. */
export interface Orphan {
  readonly jobId: string;
  readonly attempt: number;
  readonly killedAt: number;
}

/** A node takes jobs by then. */
const BOOT_MS = 3000;
/** Longer than a leader's lease, so that the other feederd has taken over when it wakes. */
const FEEDERD_SLEEP_SECONDS = 20;

/** Kills and stops processes by chance: those of its run alone, by their pids. */
export class Monkey {
  readonly #scene: Scene;
  readonly #random: Random;
  readonly #underWay = new Set<Promise<void>>();
  readonly #seenSince = new Map<number, number>();
  readonly #asleep = new Set<number>();
  readonly blows: Record<Blow, number>;
  readonly orphans: Orphan[] = [];
  /** Of both feederds, which is up and not standing still. */
  readonly #feederdHurt = [false, false];

  constructor(scene: Scene, random: Random) {
    this.#scene = scene;
    this.#random = random;
    this.blows = Object.fromEntries(BLOWS.map((blow) => [blow, 0])) as Record<Blow, number>;
  }

  get total(): number {
    return Object.values(this.blows).reduce((sum, each) => sum + each, 0);
  }

  /**
   * @param meanSeconds between two blows, at least
   * @param allowed how many blows there may have been by now: no more than the work that was done is worth
   */
  async rage(
    meanSeconds: number,
    { allowed, isOver }: { allowed: () => number; isOver: () => boolean },
  ): Promise<void> {
    while (!isOver()) {
      await sleep(1000 * meanSeconds * this.#random.between(0.4, 1.6));
      if (this.total >= allowed()) continue;
      const blow = this.#random.weighted(WEIGHTS);
      if (!isOver()) await this.#strike(blow);
    }
    await Promise.all(this.#underWay);
  }

  async #strike(blow: Blow): Promise<void> {
    const { processes } = this.#scene;
    const ofKind = (kind: OwnProcess['kind']) =>
      processes.list().filter((each) => each.kind === kind);
    switch (blow) {
      case 'node killed':
      case 'node stopped':
      case 'node told to end': {
        const node = this.#chooseNode(ofKind('nommerd'));
        if (node === undefined) return;
        if (blow === 'node stopped') this.#stopNode(node);
        else if (blow === 'node killed') await this.#killNode(node);
        else processes.signal(node.pid, 'SIGTERM');
        break;
      }
      case 'ffmpeg killed': {
        const encode = this.#random.pick(ofKind('ffmpeg'));
        if (encode === undefined || !processes.signal(encode.pid, 'SIGKILL')) return;
        break;
      }
      case 'feederd killed':
      case 'feederd stopped': {
        const index = this.#random.chance(0.5) ? 0 : 1;
        const port = this.#scene.feederdPorts[index];
        const feederd = ofKind('feederd').find((each) => each.port === port);
        // One of the two is always left to take jobs.
        if (feederd === undefined || this.#feederdHurt.includes(true)) return;
        this.#later(this.#hurtFeederd(blow, feederd, index));
        break;
      }
    }
    this.blows[blow] += 1;
  }

  /** One of those that are up, if another one is: nothing is recovered where nothing is left to do it. */
  #chooseNode(nodes: readonly OwnProcess[]): OwnProcess | undefined {
    const now = Date.now();
    for (const { pid } of nodes) if (!this.#seenSince.has(pid)) this.#seenSince.set(pid, now);
    const up = nodes.filter(
      ({ pid }) => !this.#asleep.has(pid) && now - (this.#seenSince.get(pid) ?? now) > BOOT_MS,
    );
    return up.length > 1 ? this.#random.pick(up) : undefined;
  }

  async #killNode(node: OwnProcess): Promise<void> {
    const { processes, store } = this.#scene;
    const nodeId = this.#scene.nodeIdOf(node);
    const killedAt = Date.now();
    processes.signal(node.pid, 'SIGKILL');
    for (const { lease, uniqueId: jobId, attempt } of (await store.open()).jobs) {
      if (lease?.nodeId === nodeId) this.orphans.push({ jobId, attempt, killedAt });
    }
  }

  /** A machine that stands still: FFmpeg with it, or not, as with a process that swaps. */
  #stopNode(node: OwnProcess): void {
    const { processes } = this.#scene;
    const withAll = this.#random.chance(0.5);
    const all = processes
      .list()
      .filter((each) => each.pid === node.pid || (withAll && each.parent === node.pid));
    for (const { pid } of all) processes.signal(pid, 'SIGSTOP');
    this.#asleep.add(node.pid);
    const wake = async () => {
      await sleep((this.#scene.leaseSeconds + 4) * 1000);
      for (const { pid } of all) processes.signal(pid, 'SIGCONT');
      this.#asleep.delete(node.pid);
    };
    this.#later(wake());
  }

  async #hurtFeederd(blow: Blow, { pid }: OwnProcess, index: number): Promise<void> {
    const { processes } = this.#scene;
    this.#feederdHurt[index] = true;
    if (blow === 'feederd killed') {
      processes.signal(pid, 'SIGKILL');
      await sleep(this.#random.between(0, 3000));
      startFeederd(this.#scene, index);
    } else {
      processes.signal(pid, 'SIGSTOP');
      await sleep(FEEDERD_SLEEP_SECONDS * 1000);
      processes.signal(pid, 'SIGCONT');
    }
    await this.#untilUp(index);
    this.#feederdHurt[index] = false;
  }

  async #untilUp(index: number): Promise<void> {
    const url = `http://127.0.0.1:${this.#scene.feederdPorts[index]}/healthz`;
    for (let tries = 0; tries < 60; tries += 1) {
      const signal = AbortSignal.timeout(1000);
      if ((await fetch(url, { signal }).catch(() => undefined))?.ok === true) return;
      await sleep(500);
    }
  }

  #later(act: Promise<void>): void {
    const underWay = act.finally(() => this.#underWay.delete(underWay));
    this.#underWay.add(underWay);
  }
}
