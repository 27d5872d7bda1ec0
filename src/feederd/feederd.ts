import { JobStateBackend } from '../core/job-state-backend.ts';
import { NommerError } from '../core/errors.ts';
import type { EncodingJob } from '../core/job.ts';
import { loadOwnModules } from '../conf/load-own-modules.ts';
import type { Settings } from '../conf/settings.ts';
import { BUILT_IN_SCHEMES } from '../core/storage-backend.ts';
import type { Logger } from '../daemon/logger.ts';
import { isGone, ownIdentity } from '../daemon/process-identity.ts';
import type { DaemonSignals } from '../daemon/run-daemon.ts';
import { runEvery } from '../daemon/run-every.ts';
import { systemClock } from '../daemon/system-clock.ts';
import { untilReached } from '../daemon/until-reached.ts';
import { createApi } from './api/create-api.ts';
import { listen } from './api/listen.ts';
import { openPlace } from './choose-place.ts';
import { Feeder } from './feeder.ts';
import { FeederdMetrics } from './metrics/feederd-metrics.ts';
import { openFileRoots } from './open-file-roots.ts';
import { openOutputs } from './open-outputs.ts';
import { statsSampler } from './sample-stats.ts';
import { SAMPLE_SECONDS, StatsHistory } from './stats-history.ts';

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
    onHintLost: (uniqueId, thrown) =>
      logger.warn({ job_id: uniqueId, err: thrown }, 'could not announce a change'),
  });
  const identity = { self: ownIdentity(), isGone };
  const parts = { ...place, backend, clock, logger, settings, identity };
  const metrics = new FeederdMetrics({ clock, logger });
  const history = new StatsHistory();
  const onEnded = (job: EncodingJob) => history.ended(job);
  const feeder = new Feeder({ ...parts, observer: metrics, onEnded, stop: signals.stop });
  const { desk, cache } = feeder;
  const prepare = async () => {
    await place.publishSettings();
    await cache.reload();
  };
  const isPrepared = await triedTo(prepare, logger);

  const api = await createApi({
    ...parts,
    desk,
    metrics,
    events: feeder.events,
    openJobs: () => cache.jobs(),
    bootingNodes: () => feeder.bootingNodes,
    untoldJobs: () => cache.untold(),
    outputs: openOutputs(settings),
    history,
    settings: {
      ...settings,
      storageSchemes: [...BUILT_IN_SCHEMES, ...Object.keys(settings.storageBackends)],
      fileRoots: await openFileRoots(settings.fileRoots, logger),
    },
    isReady: async () => {
      await Promise.all([place.store.ping(), place.newJobs.depth()]);
    },
  });
  // After the grace period nothing is waited for: whoever leads next makes good what was under way.
  const aborted = new Promise<void>((resolve) => {
    signals.abort.addEventListener('abort', () => resolve());
  });
  closing.defer(() => Promise.race([desk.settled(), aborted]));
  closing.defer(() => api.close());
  await listen(api, settings);
  onReady();

  // Requests in hand are served to their end, unless that takes longer than the grace period.
  signals.stop.addEventListener('abort', () => void api.close());
  signals.abort.addEventListener('abort', () => api.server.closeAllConnections());
  void metrics.load();
  const runToEnd = async () => {
    if (!isPrepared) {
      const onFailure = (err: NommerError) => logger.warn({ err }, 'still not reached; trying on');
      await untilReached(prepare, { clock, signal: signals.stop, onFailure }).catch(
        (thrown: unknown) => {
          if (!signals.stop.aborted) throw thrown;
        },
      );
    }
    const sample = statsSampler({ ...parts, cache, history });
    const sampling = { signal: signals.stop, clock, logger };
    await Promise.all([feeder.run(), runEvery('history', SAMPLE_SECONDS, sample, sampling)]);
    await api.close();
    await feeder.settled();
    if (place.nodesAreLocal) await feeder.dismissIdleNodes();
  };
  await Promise.race([runToEnd(), aborted]);
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
