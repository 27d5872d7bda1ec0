import { join } from 'node:path';
import { retryPolicyOf } from '../core/job-rules/fail.ts';
import { JobStateBackend } from '../core/job-state-backend.ts';
import type { NodeCondition } from '../core/node-state.ts';
import type { QueueMessage } from '../core/ports.ts';
import { loadOwnModules } from '../conf/load-own-modules.ts';
import type { Settings } from '../conf/settings.ts';
import { Doorbell } from '../daemon/doorbell.ts';
import type { Logger } from '../daemon/logger.ts';
import type { DaemonSignals } from '../daemon/run-daemon.ts';
import { runEvery } from '../daemon/run-every.ts';
import { systemClock } from '../daemon/system-clock.ts';
import { createNommers } from '../nommers/create-nommers.ts';
import { createStorage } from '../storage/create-storage.ts';
import { openPlace } from './choose-place.ts';
import { InterruptionWatch, type InterruptionSource } from './interruption-watch.ts';
import { runNewJobLoop } from './new-job-loop.ts';
import { NodeReporter } from './node-reporter.ts';
import { runAttempt, type RunAttemptParts } from './run-attempt.ts';
import { shouldTerminate } from './self-termination.ts';
import { takeJob } from './take-job.ts';
import { WorkSpace } from './work-space.ts';

/** Costs nothing: the question is answered in memory. */
const IDLE_CHECK_SECONDS = 1;
/** So many may fail or be late before the node no longer counts as alive. */
const HEARTBEATS_TO_LIVE = 3;

export interface NommerdParts {
  readonly settings: Settings;
  readonly nodeId: string;
  /** Whether a fleet launched this node. */
  readonly fromFleet: boolean;
  readonly logger: Logger;
  /** Called when jobs are taken. */
  readonly onReady: () => void;
  /** Given where the machine may be taken away. */
  readonly interruptions?: InterruptionSource;
}

const NO_INTERRUPTIONS: InterruptionSource = { poll: () => Promise.resolve('none') };

/** Composes nommerd and runs it until it is stopped or has been idle for too long. */
export async function runNommerd(
  { settings, nodeId, fromFleet, logger, onReady, interruptions }: NommerdParts,
  signals: DaemonSignals,
): Promise<void> {
  const clock = systemClock;
  await using closing = new AsyncDisposableStack();
  const place = await openPlace(settings);
  closing.defer(() => place.close());
  const workSpace = await WorkSpace.open(join(settings.dataDir, 'work'), logger);
  closing.defer(() => workSpace.close());

  const backend = new JobStateBackend({
    ...place,
    clock,
    onHintLost: (what, thrown) => logger.warn({ err: thrown }, `lost: ${what}`),
  });
  const own = await loadOwnModules(settings);
  const storage = createStorage(settings, { backends: own.backends });
  const parts: RunAttemptParts = {
    backend,
    queue: place.newJobs,
    clock,
    logger,
    settings,
    workSpace,
    nommers: createNommers(settings, own.nommers, {
      onUncontained: (why) => logger.warn({ why }, 'FFmpeg would go on if nommerd were killed'),
    }),
    backendFor: (uri, field) => storage.backendFor(uri, field),
    claimRequest: {
      nodeId,
      leaseMs: settings.leaseSeconds * 1000,
      retryPolicy: retryPolicyOf(settings),
    },
  };

  const reporter = new NodeReporter({
    nodeId,
    slots: settings.slotsPerNode,
    fromFleet,
    versions: { node: process.versions.node },
    nodeStates: place.nodeStates,
    clock,
  });
  closing.defer(() => reporter.sayGoodbye());
  const leaving = new AbortController();
  const watch = new InterruptionWatch({ source: interruptions ?? NO_INTERRUPTIONS, clock, logger });
  const stop = AbortSignal.any([signals.stop, leaving.signal, watch.stop]);
  const abort = AbortSignal.any([signals.abort, watch.abort]);
  const ended = new AbortController();
  const heartbeat = new Doorbell();
  stop.addEventListener('abort', () => heartbeat.ring());

  const work = async (message: QueueMessage) => {
    const taken = await takeJob(message, parts);
    if (taken === undefined) return;
    reporter.started(taken.job);
    heartbeat.ring();
    await runAttempt(taken, parts, abort);
    reporter.ended(taken.job);
    heartbeat.ring();
  };
  const condition = (): NodeCondition =>
    stop.aborted && watch.condition === 'ACTIVE' ? 'DRAINING' : watch.condition;
  const beat = async () => {
    await reporter.report(condition());
    const lifeMs = HEARTBEATS_TO_LIVE * settings.heartbeatSeconds * 1000;
    await workSpace.signLife(new Date(clock.now() + lifeMs));
  };
  const leaveWhenIdle = () => {
    if (!shouldTerminate(reporter.idleSeconds, settings)) return;
    logger.info({ idleSeconds: reporter.idleSeconds }, 'idle for too long: this node ends');
    leaving.abort();
  };

  logger.info(
    { nodeId, slots: settings.slotsPerNode, backend: settings.backend },
    'nommerd is ready',
  );
  onReady();
  const loops = [
    runEvery('heartbeat', settings.heartbeatSeconds, beat, {
      signal: ended.signal,
      clock,
      logger,
      doorbell: heartbeat,
    }),
    runEvery('self-termination', IDLE_CHECK_SECONDS, leaveWhenIdle, {
      signal: stop,
      clock,
      logger,
    }),
    watch.run(ended.signal),
  ];
  await runNewJobLoop({
    ...settings,
    queue: place.newJobs,
    slots: settings.slotsPerNode,
    work,
    stop,
    clock,
    logger,
  });
  ended.abort();
  await Promise.all(loops);
  logger.info('nommerd has ended');
}
