import { setTimeout as sleep } from 'node:timers/promises';
import { isFinished, type EncodingJob } from '../../src/core/job.ts';
import type { Random } from '../simulation/world/random.ts';
import { shuffled, weighted } from './chance.ts';
import type { OwnProcess } from './processes.ts';
import { startFeederd, type Scene } from './scene.ts';
import { encodeOf } from './watch-encodes.ts';

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

/** What every run has, however short; the rest is chance. */
const AT_LEAST: readonly Blow[] = [
  ...(['node killed', 'node killed', 'node stopped', 'node stopped'] as const),
  ...(['node told to end', 'node told to end', 'ffmpeg killed', 'feederd killed'] as const),
];

/** A job in hand, when something happened to whoever had it. */
export interface Hit {
  readonly jobId: string;
  readonly attempt: number;
  readonly blow: Blow;
  readonly at: number;
}

/** A node takes jobs by then. */
const BOOT_MS = 3000;
/** What a killed node had asked for is done by then: the line may have delayed it. */
const LAST_WORD_MS = 1000;
/** Longer than a leader's lease, so that the other feederd has taken over when it wakes. */
const FEEDERD_SLEEP_SECONDS = 20;

/** Kills and stops processes by chance: those of its run alone, by their pids. */
export class Monkey {
  readonly #scene: Scene;
  readonly #random: Random;
  readonly #underWay = new Set<Promise<void>>();
  readonly #seenSince = new Map<number, number>();
  /** Nodes that stand still, or have been told to end. */
  readonly #spared = new Set<number>();
  readonly blows: Record<Blow, number>;
  readonly hits: Hit[] = [];
  /** Jobs whose message was not there any more when their node was killed under them. */
  readonly unheard: string[] = [];
  readonly #due: Blow[];
  /** Of both feederds, which is up and not standing still. */
  readonly #feederdHurt = [false, false];

  constructor(scene: Scene, random: Random) {
    this.#scene = scene;
    this.#random = random;
    this.#due = shuffled(random, AT_LEAST);
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
      const due = this.#due.shift();
      const blow = due ?? weighted(this.#random, WEIGHTS);
      if (isOver()) break;
      if (await this.#strike(blow)) this.blows[blow] += 1;
      else if (due !== undefined) this.#due.push(due);
    }
    await Promise.all(this.#underWay);
  }

  /** @returns whether there was something to strike */
  async #strike(blow: Blow): Promise<boolean> {
    switch (blow) {
      case 'node killed':
      case 'node stopped':
      case 'node told to end': {
        const node = await this.#chooseNode();
        if (node === undefined) return false;
        if (blow === 'node stopped') return await this.#stopNode(node);
        return await (blow === 'node killed' ? this.#killNode(node) : this.#tellToEnd(node));
      }
      case 'ffmpeg killed':
        return this.#killEncode();
      case 'feederd killed':
      case 'feederd stopped': {
        const index = this.#random.chance(0.5) ? 0 : 1;
        const port = this.#scene.feederdPorts[index];
        const feederd = this.#ofKind('feederd').find((each) => each.port === port);
        // One of the two is always left to take jobs.
        if (feederd === undefined || this.#feederdHurt.includes(true)) return false;
        this.#later(this.#hurtFeederd(blow, feederd, index));
        return true;
      }
    }
  }

  #ofKind(kind: OwnProcess['kind']): readonly OwnProcess[] {
    return this.#scene.processes.list().filter((each) => each.kind === kind);
  }

  /**
   * One of those that are up and have jobs, if another one is up: nothing is recovered where nothing is left
   * to do it.
   */
  async #chooseNode(): Promise<OwnProcess | undefined> {
    const nodes = this.#ofKind('nommerd');
    const now = Date.now();
    for (const { pid } of nodes) if (!this.#seenSince.has(pid)) this.#seenSince.set(pid, now);
    const up = nodes.filter(
      ({ pid }) => !this.#spared.has(pid) && now - (this.#seenSince.get(pid) ?? now) > BOOT_MS,
    );
    const holders = new Set((await this.#held()).map(({ lease }) => lease?.nodeId));
    const busy = up.filter((node) => holders.has(this.#scene.nodeIdOf(node)));
    return up.length > 1 && busy.length > 0 ? this.#random.pick(busy) : undefined;
  }

  /** The jobs that a node has, or all that any has. */
  async #held(nodeId?: string): Promise<readonly EncodingJob[]> {
    const held: EncodingJob[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#scene.store.open(cursor);
      held.push(...page.jobs.filter((job) => !isFinished(job) && job.lease !== null));
      ({ cursor } = page);
    } while (cursor !== undefined);
    return nodeId === undefined ? held : held.filter(({ lease }) => lease?.nodeId === nodeId);
  }

  #note(jobs: readonly EncodingJob[], blow: Blow, at: number): void {
    for (const { uniqueId: jobId, attempt } of jobs) {
      const isNoted = this.hits.some(
        (hit) => hit.jobId === jobId && hit.attempt === attempt && hit.blow === blow,
      );
      if (!isNoted) this.hits.push({ jobId, attempt, blow, at });
    }
  }

  async #killNode(node: OwnProcess): Promise<boolean> {
    const nodeId = this.#scene.nodeIdOf(node) ?? '';
    const at = Date.now();
    if (!this.#scene.processes.signal(node.pid, 'SIGKILL')) return false;
    const orphans = await this.#held(nodeId);
    this.#note(orphans, 'node killed', at);
    for (const orphan of orphans) await this.#seekMessage(orphan);
    const lookAgain = async () => {
      await sleep(LAST_WORD_MS);
      this.#note(await this.#held(nodeId), 'node killed', at);
    };
    this.#later(lookAgain());
    return true;
  }

  /** Whoever works on a job keeps its message until the job has ended: without it nobody takes over. */
  async #seekMessage({ uniqueId, attempt }: EncodingJob): Promise<void> {
    if (this.#scene.messagesOf(uniqueId) > 0) return;
    const job = await this.#scene.store.get(uniqueId);
    if (job !== undefined && !isFinished(job) && job.attempt === attempt) {
      this.unheard.push(
        `${uniqueId}, attempt ${attempt}: its message was gone while it was worked on`,
      );
    }
  }

  async #tellToEnd(node: OwnProcess): Promise<boolean> {
    // Before: it hands over at once.
    const held = await this.#held(this.#scene.nodeIdOf(node) ?? '');
    const at = Date.now();
    if (!this.#scene.processes.signal(node.pid, 'SIGTERM')) return false;
    this.#spared.add(node.pid);
    this.#note(held, 'node told to end', at);
    return true;
  }

  #killEncode(): boolean {
    const encodes = this.#ofKind('ffmpeg').filter((each) => encodeOf(each) !== undefined);
    if (encodes.length === 0) return false;
    const chosen = this.#random.pick(encodes);
    const at = Date.now();
    const encode = encodeOf(chosen);
    if (encode === undefined || !this.#scene.processes.signal(chosen.pid, 'SIGKILL')) return false;
    const { jobId, attempt } = encode;
    this.hits.push({ jobId, attempt, blow: 'ffmpeg killed', at });
    return true;
  }

  /** A machine that stands still: FFmpeg with it, or not, as with a process that swaps. */
  async #stopNode(node: OwnProcess): Promise<boolean> {
    const { processes } = this.#scene;
    const withAll = this.#random.chance(0.5);
    const encodes = processes.list().filter((each) => withAll && encodeOf(each)?.node === node.pid);
    const at = Date.now();
    if (!processes.signal(node.pid, 'SIGSTOP')) return false;
    this.#spared.add(node.pid);
    for (const { pid } of encodes) processes.signal(pid, 'SIGSTOP');
    const wake = async () => {
      await sleep((this.#scene.leaseSeconds + 4) * 1000);
      for (const { pid } of [node, ...encodes]) processes.signal(pid, 'SIGCONT');
      this.#spared.delete(node.pid);
    };
    this.#later(wake());
    this.#note(await this.#held(this.#scene.nodeIdOf(node) ?? ''), 'node stopped', at);
    return true;
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
