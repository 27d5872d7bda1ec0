import { setMaxListeners } from 'node:events';
import type { Clock } from '../../../src/core/clock.ts';
import { parseSettings } from '../../../src/conf/parse-settings.ts';
import type { Nomconf } from '../../../src/conf/settings.ts';
import { NommerError } from '../../../src/core/errors.ts';
import type { NodeState } from '../../../src/core/node-state.ts';
import type { Fleet, FleetNode } from '../../../src/core/ports.ts';
import { Doorbell } from '../../../src/daemon/doorbell.ts';
import { createLogger } from '../../../src/daemon/logger.ts';
import { runEvery } from '../../../src/daemon/run-every.ts';
import { FleetManager } from '../../../src/feederd/fleet-manager.ts';
import { JobDurations } from '../../../src/feederd/job-durations.ts';
import { EPOCH_MS, SimProcess } from '../../../test/simulation/world/sim-process.ts';
import type { Cloud, CloudNode } from '../cloud.ts';
import { JobViews } from '../job-views.ts';
import { MAX_NODES, SLOTS, type Policy } from '../simulate.ts';

export interface ProductionOptions {
  readonly name: string;
  readonly about: string;
  readonly nomconf: Nomconf;
  /** False: it looks only every FEEDERD_AUTO_SCALE_INTERVAL, as in 2012. */
  readonly looksAtSubmits?: boolean;
}

const IN_AWS: Nomconf = {
  BACKEND: 'aws',
  AWS_REGION: 'us-east-1',
  CONFIG_S3_BUCKET: 'media-nommer',
  EC2_AMI_ID: 'ami-00000000000000000',
  MAX_NUM_EC2_INSTANCES: MAX_NODES,
  MAX_ENCODING_JOBS_PER_EC2_INSTANCE: SLOTS,
};
/** feederd's `fleet` task rests so long between two looks. */
const REST_MS = 1000;

/** What feederd and nommerd do: their own fleet manager, durations and loops, on the cloud's clock. */
export function production(options: ProductionOptions): Policy {
  const { name, about, nomconf, looksAtSubmits = true } = options;
  const settings = parseSettings({ ...IN_AWS, ...nomconf }, {}, '/');
  const start = (cloud: Cloud, stop: AbortSignal) => {
    setMaxListeners(0, stop);
    const { clock } = new SimProcess(cloud.world, 'feederd');
    const logger = createLogger({ name: 'fleet', level: 'silent', pretty: false });
    const durations = new JobDurations();
    const views = new JobViews(cloud);
    const manager = new FleetManager({
      fleet: fleetOf(cloud),
      nodeStates: {
        list: () => Promise.resolve(statesOf(cloud, clock)),
        report: () => Promise.resolve(),
        remove: () => Promise.resolve(),
      },
      cache: { jobs: () => views.open() },
      durations,
      clock,
      logger,
      settings,
    });
    const doorbell = new Doorbell();
    const every = (seconds: number, task: () => Promise<void> | void, bell = {}) =>
      void runEvery('fleet', seconds, task, { signal: stop, clock, logger, ...bell });
    every(settings.autoScaleSeconds, () => manager.manage(), { doorbell, restMs: REST_MS });
    cloud.onEnded = (job) => durations.observe(views.ended(job));
    if (!looksAtSubmits) return;
    cloud.onWaiting = () => {
      if (cloud.waiting.length > 0) doorbell.ring();
    };
    every(settings.reconcileSeconds, () => {
      if (cloud.waiting.length > 0 || manager.awaitsReports) doorbell.ring();
    });
  };
  return { name, about, idleSeconds: settings.maxInactivitySeconds, start };
}

function listed({ nodeId, launchedMs }: CloudNode): FleetNode {
  return { nodeId, launchedAt: EPOCH_MS + launchedMs };
}

function fleetOf(cloud: Cloud): Fleet {
  return {
    nodes: () => Promise.resolve([...cloud.nodes.values()].map(listed)),
    launch: ({ count, maximum }) => {
      const nodes = cloud.launch(Math.min(count, maximum - cloud.nodes.size));
      return nodes === undefined
        ? Promise.reject(new NommerError('NO_CAPACITY', 'none for now'))
        : Promise.resolve(nodes.map(listed));
    },
    terminate: (nodeIds) => {
      for (const nodeId of nodeIds) {
        const node = cloud.nodes.get(nodeId);
        if (node !== undefined) cloud.terminate(node);
      }
      return Promise.resolve();
    },
  };
}

/** The heartbeats of all nodes that are up, as if each had reported this moment. */
function statesOf(cloud: Cloud, clock: Clock): readonly NodeState[] {
  return [...cloud.nodes.values()].flatMap(({ nodeId, readyMs, takesJobs, running }) =>
    readyMs === undefined
      ? []
      : {
          nodeId,
          condition: takesJobs ? 'ACTIVE' : 'DRAINING',
          slots: cloud.slots,
          activeJobs: [...running.keys()].map(({ id, attempt }) => ({ uniqueId: id, attempt })),
          fromFleet: true,
          startedAt: EPOCH_MS + readyMs,
          reportedAt: clock.now(),
          versions: {},
        },
  );
}
