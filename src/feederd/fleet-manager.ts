import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { isFinished } from '../core/job.ts';
import type { Fleet, NodeStates } from '../core/ports.ts';
import type { Logger } from '../daemon/logger.ts';
import type { JobCache } from './job-cache.ts';
import { LaunchRecord } from './launch-record.ts';
import { nodesToLaunch, type ScalingSettings } from './scaling-plan.ts';

export interface FleetManagerParts {
  readonly fleet: Fleet;
  readonly nodeStates: NodeStates;
  readonly cache: JobCache;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: ScalingSettings & { readonly heartbeatSeconds: number };
}

/** A node that is in no fleet and missed so many heartbeats is gone. */
const MISSED_HEARTBEATS = 3;

/** Sees to it that enough nodes run: 2012's EC2InstanceManager, for any fleet. */
export class FleetManager {
  readonly #parts: FleetManagerParts;
  readonly #launches: LaunchRecord;

  constructor(parts: FleetManagerParts) {
    this.#parts = parts;
    this.#launches = new LaunchRecord(parts.clock);
  }

  /** Launches nodes if the jobs need more than there are. */
  async manage(): Promise<void> {
    const { cache, logger, settings } = this.#parts;
    const nodes = (await this.#nodeIds()).size;
    const unfinishedJobs = cache.jobs().filter((job) => !isFinished(job)).length;
    const count = nodesToLaunch({ unfinishedJobs, nodes }, settings);
    if (count === 0 || !this.#launches.mayLaunch) return;
    const launched = await this.#launch(count);
    logger.info({ unfinishedJobs, nodes, launched }, 'launched nodes');
  }

  /** Whether launched nodes have yet to report: then `manage` wants to be called often. */
  get awaitsReports(): boolean {
    return this.#launches.isWaiting;
  }

  async #launch(count: number): Promise<readonly string[]> {
    const { fleet, settings } = this.#parts;
    const before = new Set((await fleet.nodes()).map(({ nodeId }) => nodeId));
    try {
      const request = { count, token: randomUUID(), maximum: settings.maxNodes };
      const nodeIds = (await fleet.launch(request)).map(({ nodeId }) => nodeId);
      this.#launches.launched(nodeIds);
      return nodeIds;
    } catch (thrown: unknown) {
      // Some may have come up all the same.
      const after = (await fleet.nodes()).map(({ nodeId }) => nodeId);
      this.#launches.launched(after.filter((nodeId) => !before.has(nodeId)));
      throw thrown;
    }
  }

  /** Ends the fleet's nodes if there is nothing left for them to do; else they end by themselves. */
  async dismissIdle(): Promise<void> {
    const { fleet, cache, logger } = this.#parts;
    const nodeIds = (await fleet.nodes()).map(({ nodeId }) => nodeId);
    if (nodeIds.length === 0) return;
    if (cache.jobs().every(isFinished)) {
      await fleet.terminate(nodeIds);
      logger.info({ nodes: nodeIds }, 'no jobs are left: ended their nodes');
    } else logger.info({ nodes: nodeIds }, 'jobs are left: their nodes go on without feederd');
  }

  /** Nodes of the fleet, and those somebody started by hand, which only their heartbeats tell of. */
  async #nodeIds(): Promise<ReadonlySet<string>> {
    const { fleet, nodeStates, clock, logger, settings } = this.#parts;
    // In this order: a node launched in between is then known to the fleet.
    const states = await nodeStates.list();
    const nodeIds = new Set((await fleet.nodes()).map(({ nodeId }) => nodeId));
    for (const lost of this.#launches.look(nodeIds, states)) {
      logger.error(
        { ...lost },
        'a node ended before it ever reported; its log (DATA_DIR/logs) says why',
      );
    }
    const aliveSince = clock.now() - settings.heartbeatSeconds * MISSED_HEARTBEATS * 1000;
    for (const { nodeId, fromFleet, reportedAt } of states) {
      if (nodeIds.has(nodeId)) continue;
      if (!fromFleet && reportedAt >= aliveSince) nodeIds.add(nodeId);
      else await nodeStates.remove(nodeId);
    }
    return nodeIds;
  }
}
