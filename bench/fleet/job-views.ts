import type { EncodingJob } from '../../src/core/job.ts';
import { makeJob } from '../../test/doubles/make-job.ts';
import { Random } from '../../test/simulation/world/random.ts';
import { EPOCH_MS } from '../../test/simulation/world/sim-process.ts';
import type { Cloud, CloudJob, CloudNode } from './cloud.ts';

/** A node tells how far it is so often, and FFmpeg needs a moment before it knows. */
const PROGRESS_MS = 5000;
const UNKNOWN_MS = 10_000;
/** FFmpeg's own guess of what is left is off by as much, either way. */
const ETA_ERROR = 0.15;
const LEASE_MS = 30_000;
const NOTHING_KNOWN = { fps: null, speed: null, outSeconds: null, bytes: null, totalBytes: null };

/** The cloud's jobs as feederd's job cache has them. */
export class JobViews {
  readonly #cloud: Cloud;
  readonly #views = new Map<string, { readonly key: string; readonly view: EncodingJob }>();
  readonly #random = new Random(1);
  /** By how much the guess of each job's rest is off. */
  readonly #errors = new WeakMap<CloudJob, number>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** All unfinished jobs. */
  open(): readonly EncodingJob[] {
    const waiting = this.#cloud.waiting.map((job) => this.#view(job));
    const running = [...this.#cloud.nodes.values()].flatMap((node) =>
      [...node.running.keys()].map((job) => this.#running(job, node)),
    );
    return [...waiting, ...running];
  }

  /** The job as it was stored at its end. */
  ended(job: CloudJob): EncodingJob {
    const { attempt } = job;
    this.#views.delete(job.id);
    return {
      ...this.#view(job),
      jobState: 'FINISHED',
      timings: [
        { state: 'DOWNLOADING', attempt, at: EPOCH_MS + job.startedMs },
        { state: 'FINISHED', attempt, at: EPOCH_MS + job.endedMs },
      ],
    };
  }

  #running(job: CloudJob, { nodeId }: CloudNode): EncodingJob {
    const nowMs = this.#cloud.nowMs;
    const doneMs = Math.floor((nowMs - job.startedMs) / PROGRESS_MS) * PROGRESS_MS;
    const etaSeconds = ((job.workMs - doneMs) / 1000) * this.#error(job);
    return {
      ...this.#view(job),
      jobState: 'ENCODING',
      lease: { nodeId, until: EPOCH_MS + nowMs + LEASE_MS },
      progress:
        doneMs < UNKNOWN_MS
          ? null
          : {
              ...NOTHING_KNOWN,
              percent: (100 * doneMs) / job.workMs,
              etaSeconds,
              pass: 1,
              passes: 1,
            },
      timings: [{ state: 'DOWNLOADING', attempt: job.attempt, at: EPOCH_MS + job.startedMs }],
    };
  }

  /** What does not change while a job waits, or while one node has it. */
  #view(job: CloudJob): EncodingJob {
    const { id, attempt, waitingSinceMs } = job;
    const key = `${attempt} ${waitingSinceMs}`;
    const known = this.#views.get(id);
    if (known?.key === key) return known.view;
    const since = EPOCH_MS + (waitingSinceMs ?? job.submittedMs);
    const timings = [{ state: 'PENDING', attempt, at: since }] as const;
    const view = makeJob({ uniqueId: id, attempt, timings }, since);
    this.#views.set(id, { key, view });
    return view;
  }

  #error(job: CloudJob): number {
    const known = this.#errors.get(job);
    if (known !== undefined) return known;
    const error = this.#random.between(1 - ETA_ERROR, 1 + ETA_ERROR);
    this.#errors.set(job, error);
    return error;
  }
}
