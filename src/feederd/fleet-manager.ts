import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { isFinished } from '../core/job.ts';
import type { Fleet, NodeStates } from '../core/ports.ts';
import type { Logger } from '../daemon/logger.ts';
import type { JobCache } from './job-cache.ts';
import { nodesToLaunch, type ScalingSettings } from './scaling-plan.ts';

export interface FleetManagerParts {
  readonly fleet: Fleet;
  readonly nodeStates: NodeStates;
  readonly cache: JobCache;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: ScalingSettings & { readonly heartbeatSeconds: number };
}

/** A node that missed so many heartbeats and is not in the fleet any more is gone. */
const MISSED_HEARTBEATS = 3;

/** Sees to it that enough nodes run: 2012's EC2InstanceManager, for any fleet. */
export class FleetManager {
  readonly #parts: FleetManagerParts;

  constructor(parts: FleetManagerParts) {
    this.#parts = parts;
  }

  /** Launches nodes if the jobs need more than there are. */
  async manage(): Promise<void> {
    const { fleet, cache, logger, settings } = this.#parts;
    const nodes = (await this.#nodeIds()).size;
    const unfinishedJobs = cache.jobs().filter((job) => !isFinished(job)).length;
    const count = nodesToLaunch({ unfinishedJobs, nodes }, settings);
    if (count === 0) return;
    const launched = await fleet.launch(count, randomUUID());
    logger.info(
      { unfinishedJobs, nodes, launched: launched.map(({ nodeId }) => nodeId) },
      'launched nodes',
    );
  }

  /** Ends the fleet's nodes if there is nothing left for them to do; else they end by themselves. */
  async dismissIdle(): Promise<void> {
    const { fleet, cache, logger } = this.#parts;
    const nodeIds = (await fleet.nodes()).map(({ nodeId }) => nodeId);
    if (nodeIds.length === 0) return;
    if (cache.jobs().every(isFinished)) await fleet.terminate(nodeIds);
    else logger.info({ nodes: nodeIds }, 'jobs are left: their nodes go on without feederd');
  }

  /** Nodes of the fleet, and those somebody started by hand, which only their heartbeats tell of. */
  async #nodeIds(): Promise<ReadonlySet<string>> {
    const { fleet, nodeStates, clock, settings } = this.#parts;
    const nodeIds = new Set((await fleet.nodes()).map(({ nodeId }) => nodeId));
    const aliveSince = clock.now() - settings.heartbeatSeconds * MISSED_HEARTBEATS * 1000;
    for (const state of await nodeStates.list()) {
      if (nodeIds.has(state.nodeId)) continue;
      if (state.reportedAt >= aliveSince) nodeIds.add(state.nodeId);
      else await nodeStates.remove(state.nodeId);
    }
    return nodeIds;
  }
}
