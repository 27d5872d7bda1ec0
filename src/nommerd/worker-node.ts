import { retryPolicyOf } from '../core/job-rules/fail.ts';
import type { JobStateBackend } from '../core/job-state-backend.ts';
import type { NodeCondition, NodeCounts } from '../core/node-state.ts';
import type { Clock } from '../core/clock.ts';
import type { JobQueue, QueueMessage } from '../core/ports.ts';
import { Doorbell } from '../daemon/doorbell.ts';
import type { Logger } from '../daemon/logger.ts';
import type { DaemonSignals } from '../daemon/run-daemon.ts';
import { runEvery } from '../daemon/run-every.ts';
import { InterruptionWatch, type InterruptionSource } from './interruption-watch.ts';
import type { LeaseSettings } from './lease.ts';
import { runNewJobLoop } from './new-job-loop.ts';
import type { NodeReporter } from './node-reporter.ts';
import type { OnomnomParts } from './onomnom.ts';
import { runAttempt, type RunAttemptParts } from './run-attempt.ts';
import { shouldTerminate, type SelfTerminationSettings } from './self-termination.ts';
import { takeJob } from './take-job.ts';
import type { WorkSpace } from './work-space.ts';

export interface WorkerNodeParts extends OnomnomParts, Pick<RunAttemptParts, 'diskGuard'> {
  readonly nodeId: string;
  readonly backend: JobStateBackend;
  readonly newJobs: JobQueue;
  readonly reporter: NodeReporter;
  readonly workSpace: Pick<WorkSpace, 'make' | 'remove' | 'signLife'>;
  readonly interruptions: InterruptionSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: WorkerNodeSettings;
}

interface WorkerNodeSettings extends LeaseSettings, SelfTerminationSettings {
  readonly slotsPerNode: number;
  readonly heartbeatSeconds: number;
  readonly newJobCheckSeconds: number;
  readonly jobMaxAttempts: number;
  readonly jobRetryBackOffSeconds: number;
}

/** Costs nothing: the question is answered in memory. */
const IDLE_CHECK_SECONDS = 1;
/** So many may fail or be late before the node no longer counts as alive. */
const HEARTBEATS_TO_LIVE = 3;

/** All of nommerd: the same on any place and by any clock. */
export class WorkerNode {
  readonly #parts: WorkerNodeParts;
  readonly #attemptParts: RunAttemptParts;
  readonly #watch: InterruptionWatch;
  readonly #leaving = new AbortController();
  readonly #heartbeat = new Doorbell();
  /** Aborted when it takes no more jobs. */
  readonly stop: AbortSignal;
  readonly #abort: AbortSignal;

  constructor(parts: WorkerNodeParts, signals: DaemonSignals) {
    const { nodeId, newJobs, interruptions, settings } = parts;
    this.#parts = parts;
    const claimRequest = {
      nodeId,
      leaseMs: settings.leaseSeconds * 1000,
      retryPolicy: retryPolicyOf(settings),
    };
    const isWorkingOn = (uniqueId: string) => parts.reporter.isWorkingOn(uniqueId);
    const onCount = (what: keyof NodeCounts) => parts.reporter.count(what);
    this.#attemptParts = { ...parts, queue: newJobs, claimRequest, isWorkingOn, onCount };
    this.#watch = new InterruptionWatch({ ...parts, source: interruptions });
    this.stop = AbortSignal.any([signals.stop, this.#leaving.signal, this.#watch.stop]);
    this.#abort = AbortSignal.any([signals.abort, this.#watch.abort]);
    this.stop.addEventListener('abort', () => this.#heartbeat.ring());
  }

  /** Takes jobs and works on them until it is stopped, interrupted, or idle for too long. */
  async run(): Promise<void> {
    const { clock, logger, settings, newJobs } = this.#parts;
    const ended = new AbortController();
    const loops = [
      runEvery('heartbeat', settings.heartbeatSeconds, () => this.#beat(), {
        signal: ended.signal,
        clock,
        logger,
        doorbell: this.#heartbeat,
      }),
      runEvery('self-termination', IDLE_CHECK_SECONDS, () => this.#leaveWhenIdle(), {
        signal: this.stop,
        clock,
        logger,
      }),
      this.#watch.run(ended.signal),
    ];
    await runNewJobLoop({
      ...settings,
      queue: newJobs,
      slots: settings.slotsPerNode,
      work: (message) => this.#work(message),
      stop: this.stop,
      clock,
      logger,
    });
    ended.abort();
    await Promise.all(loops);
  }

  async #work(message: QueueMessage): Promise<void> {
    const { reporter } = this.#parts;
    const taken = await takeJob(message, this.#attemptParts);
    if (taken === undefined) return;
    reporter.started(taken.job);
    this.#heartbeat.ring();
    await runAttempt(taken, this.#attemptParts, this.#abort);
    reporter.ended(taken.job);
    this.#heartbeat.ring();
  }

  async #beat(): Promise<void> {
    const { reporter, workSpace, clock, settings } = this.#parts;
    await reporter.report(this.#condition);
    const lifeMs = HEARTBEATS_TO_LIVE * settings.heartbeatSeconds * 1000;
    await workSpace.signLife(new Date(clock.now() + lifeMs));
  }

  get #condition(): NodeCondition {
    const { condition } = this.#watch;
    return this.stop.aborted && condition === 'ACTIVE' ? 'DRAINING' : condition;
  }

  #leaveWhenIdle(): void {
    const { reporter, settings, logger } = this.#parts;
    if (!shouldTerminate(reporter.idleSeconds, settings)) return;
    logger.info({ idleSeconds: reporter.idleSeconds }, 'idle for too long: this node ends');
    this.#leaving.abort();
  }
}
