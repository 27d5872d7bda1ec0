import { join } from 'node:path';
import { JobStateBackend } from '../core/job-state-backend.ts';
import { loadOwnModules } from '../conf/load-own-modules.ts';
import type { Settings } from '../conf/settings.ts';
import type { Logger } from '../daemon/logger.ts';
import type { DaemonSignals } from '../daemon/run-daemon.ts';
import { systemClock } from '../daemon/system-clock.ts';
import { createNommers, type FFmpegContainment } from '../nommers/create-nommers.ts';
import { createStorage } from '../storage/create-storage.ts';
import { openPlace } from './choose-place.ts';
import { DiskGuard } from './disk-guard.ts';
import type { InterruptionSource } from './interruption-watch.ts';
import { NodeReporter } from './node-reporter.ts';
import { WorkerNode } from './worker-node.ts';
import { WorkSpace } from './work-space.ts';

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
  { settings, nodeId, fromFleet, onReady, interruptions, ...given }: NommerdParts,
  signals: DaemonSignals,
): Promise<void> {
  const logger = given.logger.child({ node_id: nodeId });
  const clock = systemClock;
  await using closing = new AsyncDisposableStack();
  const place = await openPlace(settings);
  closing.defer(() => place.close());
  const workSpace = await WorkSpace.open(join(settings.dataDir, 'work'), logger);
  closing.defer(() => workSpace.close());
  const own = await loadOwnModules(settings);
  const storage = createStorage(settings, { backends: own.backends });
  const reporter = new NodeReporter({
    nodeId,
    slots: settings.slotsPerNode,
    fromFleet,
    versions: { node: process.versions.node },
    nodeStates: place.nodeStates,
    clock,
  });
  closing.defer(async () => {
    try {
      await reporter.sayGoodbye();
    } catch (thrown: unknown) {
      logger.warn(
        { err: thrown },
        'could not say goodbye; this node will count as lost for a while',
      );
    }
  });

  const parts = { ...place, nodeId, reporter, workSpace, clock, logger, settings };
  const node = new WorkerNode(
    {
      ...parts,
      backend: new JobStateBackend({
        ...parts,
        onHintLost: (uniqueId, thrown) =>
          logger.warn({ job_id: uniqueId, err: thrown }, 'could not announce a change'),
      }),
      nommers: await createNommers(settings, own.nommers, {
        onContained: (containment) => logContainment(containment, logger),
      }),
      backendFor: (uri, field) => storage.backendFor(uri, field),
      diskGuard: new DiskGuard({ dir: settings.dataDir, reserveBytes: settings.diskReserveBytes }),
      interruptions: interruptions ?? NO_INTERRUPTIONS,
    },
    signals,
  );
  logger.info({ slots: settings.slotsPerNode, backend: settings.backend }, 'nommerd is ready');
  onReady();
  await node.run();
  logger.info('nommerd has ended');
}

/** FFmpeg reads hostile media: whoever runs a node should know what keeps it from the rest. */
function logContainment(containment: FFmpegContainment, logger: Logger): void {
  const { level: by, lacking } = containment;
  if (lacking.length === 0) logger.info({ by }, 'FFmpeg is contained');
  else logger.warn({ by, lacking }, 'FFmpeg is contained in part only');
}
