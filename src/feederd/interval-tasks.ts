import type { Doorbell } from '../daemon/doorbell.ts';
import { runEvery } from '../daemon/run-every.ts';
import type { JobQueue } from '../core/ports.ts';
import type { FleetManager } from './fleet-manager.ts';
import type { JobStateNotifier } from './job-state-notifier.ts';
import { Reconciler, type ReconcilerParts } from './reconciler.ts';
import { runStateChangeLoop } from './state-change-loop.ts';

export interface IntervalTasksParts extends ReconcilerParts {
  readonly stateChanges: JobQueue;
  readonly fleetManager: FleetManager;
  readonly notifier: JobStateNotifier;
  /** Rung when there may be something to do before the interval is over. */
  readonly doorbells: { readonly fleet: Doorbell; readonly notifications: Doorbell };
  readonly stop: AbortSignal;
  readonly settings: ReconcilerParts['settings'] & {
    readonly reconcileSeconds: number;
    readonly pruneSeconds: number;
    readonly autoScaleSeconds: number;
  };
}

const NOTIFICATIONS_SECONDS = 1;
/** Every submit rings, and EC2 counts the calls of everything in the account. */
const FLEET_REST_MS = 1000;

/** Everything that the feederd which leads does by itself, until it is stopped or leads no more. */
export async function runIntervalTasks(parts: IntervalTasksParts): Promise<void> {
  const { cache, fleetManager, notifier, doorbells, settings, stop, clock, logger } = parts;
  const every = (
    name: string,
    seconds: number,
    task: () => Promise<void> | void,
    bell: { readonly doorbell?: Doorbell; readonly restMs?: number } = {},
  ) => runEvery(name, seconds, task, { signal: stop, clock, logger, ...bell });

  const reconciler = new Reconciler(parts);
  await Promise.all([
    runStateChangeLoop({ ...parts, queue: parts.stateChanges }),
    every('reconcile', settings.reconcileSeconds, async () => {
      await reconciler.reconcile();
      // A node may have died with nobody noticing but the jobs that wait for it.
      const waiting = cache.jobs().some(({ jobState }) => jobState === 'PENDING');
      if (waiting || fleetManager.awaitsReports) doorbells.fleet.ring();
    }),
    every('prune', settings.pruneSeconds, async () => {
      await reconciler.abandonStaleJobs();
      await reconciler.buryDeadLetters();
    }),
    every('fleet', settings.autoScaleSeconds, () => fleetManager.manage(), {
      doorbell: doorbells.fleet,
      restMs: FLEET_REST_MS,
    }),
    every('notifications', NOTIFICATIONS_SECONDS, () => notifier.deliverDue(), {
      doorbell: doorbells.notifications,
    }),
  ]);
}
