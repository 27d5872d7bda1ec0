import { JobStateBackend } from '../core/job-state-backend.ts';
import { NommerError } from '../core/errors.ts';
import { loadOwnModules } from '../conf/load-own-modules.ts';
import type { Settings } from '../conf/settings.ts';
import { isFinished, type EncodingJob } from '../core/job.ts';
import { BUILT_IN_SCHEMES } from '../core/storage-backend.ts';
import { Doorbell } from '../daemon/doorbell.ts';
import type { Logger } from '../daemon/logger.ts';
import { isGone, ownIdentity } from '../daemon/process-identity.ts';
import type { DaemonSignals } from '../daemon/run-daemon.ts';
import { runEvery } from '../daemon/run-every.ts';
import { systemClock } from '../daemon/system-clock.ts';
import { untilReached } from '../daemon/until-reached.ts';
import { createApi } from './api/create-api.ts';
import { listen } from './api/listen.ts';
import { openPlace } from './choose-place.ts';
import { FleetManager } from './fleet-manager.ts';
import { runIntervalTasks } from './interval-tasks.ts';
import { JobCache } from './job-cache.ts';
import { JobDurations } from './job-durations.ts';
import { JobDesk } from './job-desk.ts';
import { JobEvents } from './job-events.ts';
import { LeaderLease } from './leader-lease.ts';
import { openFileRoots } from './open-file-roots.ts';
import { JobStateNotifier } from './job-state-notifier.ts';

export interface FeederdParts {
  readonly settings: Settings;
  readonly logger: Logger;
  /** Starts one node on this machine; `--node-id` is appended. */
  readonly nodeCommand: readonly string[];
  /** Called when requests are served. */
  readonly onReady: () => void;
}

/** Composes feederd and runs it until it is stopped. */
export async function runFeederd(
  { settings, logger, nodeCommand, onReady }: FeederdParts,
  signals: DaemonSignals,
): Promise<void> {
  const clock = systemClock;
  // Where nodes are started here, what they could not load is better heard of now.
  if (settings.backend === 'local') await loadOwnModules(settings);
  await using closing = new AsyncDisposableStack();
  const place = await openPlace(settings, nodeCommand);
  closing.defer(() => place.close());

  const backend = new JobStateBackend({
    ...place,
    clock,
    onHintLost: (what, thrown) => logger.warn({ err: thrown }, `lost: ${what}`),
  });
  const events = new JobEvents();
  const doorbells = {
    fleet: new Doorbell(),
    notifications: new Doorbell(),
    reload: new Doorbell(),
  };
  const durations = new JobDurations();
  const cache = new JobCache(place.store, (job) => {
    events.publish(job);
    durations.observe(job);
    if (job.undelivered.length > 0) doorbells.notifications.ring();
    if (job.jobState === 'PENDING') doorbells.fleet.ring();
    if (hasJustEnded(job)) logEnd(job, logger);
  });
  const desk = new JobDesk({
    backend,
    onChanged: (job) => cache.update(job),
    onUnqueued: (uniqueId, thrown) =>
      logger.warn({ job: uniqueId, err: thrown }, 'accepted, but not queued yet'),
  });
  const parts = { ...place, backend, cache, clock, logger, settings };
  const fleetManager = new FleetManager({ ...parts, durations });
  const notifier = new JobStateNotifier({
    ...parts,
    onRoom: () => doorbells.notifications.ring(),
    stop: signals.stop,
  });
  const prepare = async () => {
    await place.publishSettings();
    await cache.reload();
  };
  const isPrepared = await triedTo(prepare, logger);

  const api = await createApi({
    ...parts,
    desk,
    events,
    openJobs: () => cache.jobs(),
    settings: {
      ...settings,
      storageSchemes: [...BUILT_IN_SCHEMES, ...Object.keys(settings.storageBackends)],
      fileRoots: await openFileRoots(settings.fileRoots, logger),
    },
    isReady: async () => {
      await Promise.all([place.store.ping(), place.newJobs.depth()]);
    },
  });
  closing.defer(() => desk.settled());
  closing.defer(() => api.close());
  await listen(api, settings);
  onReady();

  // Requests in hand are served to their end, unless that takes longer than the grace period.
  signals.stop.addEventListener('abort', () => void api.close());
  signals.abort.addEventListener('abort', () => api.server.closeAllConnections());
  if (!isPrepared) {
    const onFailure = (err: NommerError) => logger.warn({ err }, 'still not reached; trying on');
    await untilReached(prepare, { clock, signal: signals.stop, onFailure }).catch(
      (thrown: unknown) => {
        if (!signals.stop.aborted) throw thrown;
      },
    );
  }
  const { leadership } = place;
  const lease = new LeaderLease({ leadership, self: ownIdentity(), isGone, clock, logger });
  const lead = async (stop: AbortSignal) => {
    doorbells.reload.ring();
    await runIntervalTasks({ ...parts, fleetManager, notifier, doorbells, stop });
  };
  await Promise.all([
    runEvery('reload', settings.stateChangeCheckSeconds, () => cache.reload(), {
      signal: signals.stop,
      clock,
      logger,
      doorbell: doorbells.reload,
    }),
    lease.run(lead, signals.stop),
  ]);
  await Promise.all([api.close(), notifier.settled()]);
  await desk.settled();
  if (place.nodesAreLocal && lease.hasLed) await fleetManager.dismissIdle();
}

/**
 * feederd starts while a service is away, too: it answers that it is, and goes on when that is back.
 * @throws what nobody can wait for: a wrong setting, a missing right
 */
async function triedTo(prepare: () => Promise<void>, logger: Logger): Promise<boolean> {
  try {
    await prepare();
    return true;
  } catch (thrown: unknown) {
    if (!(thrown instanceof NommerError && thrown.retryable)) throw thrown;
    logger.warn({ err: thrown }, 'not everything can be reached: starting all the same');
    return false;
  }
}

/** Later changes of an ended job are those of its notifications. */
function hasJustEnded(job: EncodingJob): boolean {
  return isFinished(job) && job.timings.at(-1)?.at === job.modifiedAt;
}

function logEnd(job: EncodingJob, logger: Logger): void {
  const { uniqueId, jobState, attempt, errorCode, jobStateDetails } = job;
  const outcome = { job: uniqueId, attempt, ...(errorCode !== null && { errorCode }) };
  logger.info(outcome, [jobState, jobStateDetails].filter((text) => text !== null).join(': '));
}
