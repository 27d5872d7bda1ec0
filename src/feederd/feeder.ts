import type { Clock } from '../core/clock.ts';
import { isFinished, type EncodingJob } from '../core/job.ts';
import type { JobStateBackend } from '../core/job-state-backend.ts';
import type {
  Fleet,
  FleetNode,
  JobQueue,
  JobStore,
  Leadership,
  NodeStates,
} from '../core/ports.ts';
import { Doorbell } from '../daemon/doorbell.ts';
import type { Logger } from '../daemon/logger.ts';
import { runEvery } from '../daemon/run-every.ts';
import { NO_OBSERVER, type FeederObserver } from './feeder-observer.ts';
import { FleetManager } from './fleet-manager.ts';
import { runIntervalTasks, type IntervalTasksParts } from './interval-tasks.ts';
import { JobCache } from './job-cache.ts';
import { JobDesk } from './job-desk.ts';
import { JobDurations } from './job-durations.ts';
import { JobEvents } from './job-events.ts';
import { JobStateNotifier, type JobStateNotifierParts } from './job-state-notifier.ts';
import { LeaderLease, type LeaderLeaseParts } from './leader-lease.ts';

export interface FeederParts {
  readonly store: JobStore;
  readonly newJobs: JobQueue;
  readonly stateChanges: JobQueue;
  readonly nodeStates: NodeStates;
  readonly fleet: Fleet;
  readonly leadership: Leadership;
  readonly backend: JobStateBackend;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: FeederSettings;
  readonly identity: Pick<LeaderLeaseParts, 'self' | 'isGone'>;
  readonly send?: JobStateNotifierParts['send'];
  /** Told of every job that has just ended. */
  readonly onEnded?: (job: EncodingJob) => void;
  /** Default: nobody is told. */
  readonly observer?: FeederObserver;
  readonly stop: AbortSignal;
}

export type FeederSettings = IntervalTasksParts['settings'] &
  ConstructorParameters<typeof FleetManager>[0]['settings'] &
  JobStateNotifierParts['settings'] & {
    readonly stateChangeCheckSeconds: number;
  };

const UNREADABLE =
  'a stored job cannot be read, and is left out: restore it from a backup, or delete it (README, Operations)';

/** All of feederd but its HTTP: the same on any place and by any clock. */
export class Feeder {
  readonly desk: JobDesk;
  readonly cache: JobCache;
  readonly events = new JobEvents();
  readonly #parts: FeederParts;
  readonly #doorbells = {
    fleet: new Doorbell(),
    notifications: new Doorbell(),
    reload: new Doorbell(),
  };
  readonly #durations = new JobDurations();
  readonly #fleetManager: FleetManager;
  readonly #notifier: JobStateNotifier;
  readonly #lease: LeaderLease;
  readonly #observer: FeederObserver;

  constructor(parts: FeederParts) {
    const { logger, observer = NO_OBSERVER } = parts;
    this.#parts = parts;
    this.#observer = observer;
    this.cache = new JobCache(
      parts.store,
      (job) => this.#changed(job),
      ({ id, reason }) => logger.error({ job_id: id, reason }, UNREADABLE),
    );
    this.desk = new JobDesk({
      ...parts,
      onChanged: (job, act) => {
        logger.info({ job_id: job.uniqueId, attempt: job.attempt, job_state: job.jobState }, act);
        this.cache.update(job);
      },
      onUnqueued: (uniqueId, thrown) =>
        logger.warn({ job_id: uniqueId, err: thrown }, 'accepted, but not queued yet'),
    });
    const { cache } = this;
    this.#fleetManager = new FleetManager({
      ...parts,
      cache,
      durations: this.#durations,
      observer,
    });
    const onRoom = () => this.#doorbells.notifications.ring();
    this.#notifier = new JobStateNotifier({
      ...parts,
      cache,
      onRoom,
      onTried: (outcome) => observer.deliveryTried(outcome),
    });
    this.#lease = new LeaderLease({ ...parts, ...parts.identity });
  }

  /** Looks after jobs, whenever it is this feederd's turn, until it is stopped. */
  async run(): Promise<void> {
    const { settings, clock, logger, stop } = this.#parts;
    await Promise.all([
      runEvery('reload', settings.stateChangeCheckSeconds, () => this.cache.reload(), {
        signal: stop,
        clock,
        logger,
        doorbell: this.#doorbells.reload,
      }),
      this.#lease.run((signal) => this.lead(signal), stop),
    ]);
  }

  /** What only the feederd does that leads, for as long as it does. */
  async lead(stop: AbortSignal): Promise<void> {
    this.#observer.leads(true);
    this.#doorbells.reload.ring();
    await runIntervalTasks({
      ...this.#parts,
      cache: this.cache,
      fleetManager: this.#fleetManager,
      notifier: this.#notifier,
      doorbells: this.#doorbells,
      stop,
    });
    this.#fleetManager.rest();
    this.#observer.leads(false);
  }

  /** Nodes that are launched and have yet to report, as far as this feederd leads and sees them. */
  get bootingNodes(): readonly FleetNode[] {
    return this.#fleetManager.booting;
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.all([this.#notifier.settled(), this.desk.settled()]);
  }

  /** Ends the fleet's nodes if there is nothing left for them to do, unless another feederd leads. */
  async dismissIdleNodes(): Promise<void> {
    if (this.#lease.hasLed) await this.#fleetManager.dismissIdle();
  }

  #changed(job: EncodingJob): void {
    this.events.publish(job);
    this.#durations.observe(job);
    this.#observer.jobChanged(job);
    this.#notifier.changed(job);
    if (job.undelivered.length > 0) this.#doorbells.notifications.ring();
    if (job.jobState === 'PENDING') this.#doorbells.fleet.ring();
    if (!hasJustEnded(job)) return;
    logEnd(job, this.#parts.logger);
    this.#parts.onEnded?.(job);
  }
}

/** Later changes of an ended job are those of its notifications. */
function hasJustEnded(job: EncodingJob): boolean {
  return isFinished(job) && job.timings.at(-1)?.at === job.modifiedAt;
}

function logEnd(job: EncodingJob, logger: Logger): void {
  const { uniqueId, jobState, attempt, errorCode, jobStateDetails } = job;
  const outcome = {
    job_id: uniqueId,
    attempt,
    job_state: jobState,
    ...(errorCode !== null && { error_code: errorCode }),
  };
  logger.info(outcome, [jobState, jobStateDetails].filter((text) => text !== null).join(': '));
}
