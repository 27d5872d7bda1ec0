import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnProcess, Processes } from './processes.ts';

const LOOK_EVERY_MS = 200;
/** Whoever wakes has ended by then what is no longer its own. */
const WAKE_MS = 5000;
/** `<namespace>-<pid of the nommerd>-<start>/<job>-<attempt>`, and what is below that. */
const WORK = /\/work\/\d+-(\d+)-[^/]+\/(.+)-(\d+)(\/|$)/;

/** An FFmpeg that encodes, and for whom. */
interface Encode {
  readonly pid: number;
  readonly node: number;
  readonly jobId: string;
  readonly attempt: number;
}

/** @returns undefined for one that tries out what FFmpeg can do */
export function encodeOf({ pid, dir }: OwnProcess): Encode | undefined {
  const [, node, jobId, attempt] = WORK.exec(dir) ?? [];
  if (jobId === undefined) return undefined;
  return { pid, node: Number(node), jobId, attempt: Number(attempt) };
}

/**
 * Those that run when there is nothing to be done. What a node that is just starting tries out is none:
 * it ends with its node.
 */
export function leftEncodes(all: readonly OwnProcess[]): readonly OwnProcess[] {
  const byPid = new Map(all.map((each) => [each.pid, each]));
  const isOfNode = ({ parent }: OwnProcess): boolean => {
    const started = byPid.get(parent);
    return started !== undefined && (started.kind === 'nommerd' || isOfNode(started));
  };
  return all.filter(
    (each) => each.kind === 'ffmpeg' && (encodeOf(each) !== undefined || !isOfNode(each)),
  );
}

/**
 * Looks for two FFmpegs that work on one job at a time, each of which runs.
 *
 * That is legal only where a node stood still: FFmpeg that goes on without it runs beside the next attempt
 * until the node wakes, finds that the lease is not its own any more, and ends it. A killed node takes its
 * FFmpeg with it at once; one that hands over has ended it before it does; and one that cannot confirm its
 * lease ends it before others may claim. What is seen once may just be ending: it counts when the next look
 * sees it, too.
 */
export class EncodeWatch {
  readonly #processes: Processes;
  readonly #doubled = new Map<string, string>();
  readonly #stoodStillAt = new Map<number, number>();
  #seen = new Set<string>();
  #looks = 0;

  constructor(processes: Processes) {
    this.#processes = processes;
  }

  /** Pairs of attempts that encoded at a time. */
  get doubled(): readonly string[] {
    return [...this.#doubled.values()];
  }

  /** How often it looked while anything encoded. */
  get looks(): number {
    return this.#looks;
  }

  async run(until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      this.#look();
      await sleep(LOOK_EVERY_MS, undefined, { signal: until }).catch(() => {});
    }
  }

  #look(): void {
    const now = Date.now();
    const all = this.#processes.list();
    for (const { pid, kind, isStopped } of all) {
      if (kind === 'nommerd' && isStopped) this.#stoodStillAt.set(pid, now);
    }
    const encoders = all.filter(({ kind, isStopped }) => kind === 'ffmpeg' && !isStopped);
    const pids = new Set(encoders.map(({ pid }) => pid));
    // What contains FFmpeg has its name, too, and is its parent.
    const encodes = encoders
      .filter(({ parent }) => !pids.has(parent))
      .flatMap((each) => encodeOf(each) ?? []);
    if (encodes.length > 0) this.#looks += 1;
    const seen = new Set<string>();
    for (const pair of pairs(encodes)) {
      if (pair.some(({ node }) => now - (this.#stoodStillAt.get(node) ?? 0) < WAKE_MS)) continue;
      const key = pair.map(({ pid }) => pid).join();
      seen.add(key);
      if (this.#seen.has(key)) this.#doubled.set(key, tell(pair, now));
    }
    this.#seen = seen;
  }
}

function tell([one, other]: readonly [Encode, Encode], now: number): string {
  const when = new Date(now).toISOString();
  return `${one.jobId}: attempts ${one.attempt} and ${other.attempt} encoded at a time, at ${when}`;
}

function pairs(encodes: readonly Encode[]): (readonly [Encode, Encode])[] {
  return encodes.flatMap((one, index) =>
    encodes
      .slice(index + 1)
      .filter(({ jobId }) => jobId === one.jobId)
      .map((other) => [one, other] as const),
  );
}
