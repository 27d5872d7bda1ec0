import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { toNommerError } from '../core/errors.ts';
import { isFinished } from '../core/job.ts';
import type { Fleet, FleetNode, LaunchRequest, NodeStates } from '../core/ports.ts';
import type { Logger } from '../daemon/logger.ts';
import type { FeederObserver } from './feeder-observer.ts';
import { viewFleet, type FleetView, type FleetViewSettings } from './fleet-view.ts';
import { forecast, jobsForCapacity } from './forecast.ts';
import type { JobCache } from './job-cache.ts';
import { LaunchRecord, type LaunchRecordSettings } from './launch-record.ts';
import { nodesToLaunch, type ScalingSettings } from './scaling-plan.ts';
import { nodesForWaitTarget } from './wait-target-plan.ts';

export interface FleetManagerParts {
  readonly fleet: Fleet;
  readonly nodeStates: NodeStates;
  readonly cache: Pick<JobCache, 'jobs'>;
  readonly durations: { readonly typicalSeconds: number };
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer?: Pick<FeederObserver, 'nodesSeen' | 'launched'>;
  readonly settings: FleetManagerSettings;
}

export interface FleetManagerSettings
  extends ScalingSettings, FleetViewSettings, LaunchRecordSettings {
  readonly scalingPolicy: 'overflow' | 'wait-target';
  readonly waitTargetSeconds: number;
}

/** To ask again costs nothing, and jobs wait: AWS may have instances again at any moment. */
const SHORTAGE_WAIT_SECONDS = 30;

/** Sees to it that enough nodes run: 2012's EC2InstanceManager, for any fleet. */
export class FleetManager {
  readonly #parts: FleetManagerParts;
  readonly #launches: LaunchRecord;
  /** A launch of which nobody knows whether it happened: it is repeated before any other. */
  #unanswered: LaunchRequest | undefined;
  #refusal: string | undefined;
  #booting: readonly FleetNode[] = [];

  constructor(parts: FleetManagerParts) {
    this.#parts = parts;
    this.#launches = new LaunchRecord(parts.clock, parts.settings);
  }

  /** Ends nodes that hang, and launches nodes if the jobs need more than there are. */
  async manage(): Promise<void> {
    const view = await this.#look();
    this.#booting = bootingIn(view, this.#parts.clock.now());
    try {
      await this.#endHanging(view);
    } finally {
      // Jobs must not wait because a node that hangs cannot be ended.
      const count = this.#nodesWanted(view);
      // Whatever came of it is enough; and the next launch may be wanted in an hour.
      if (count === 0) this.#unanswered = undefined;
      else if (this.#launches.mayLaunch) await this.#launch(count, view);
    }
  }

  /** Whether launched nodes have yet to report: then `manage` wants to be called often. */
  get awaitsReports(): boolean {
    return this.#launches.isWaiting;
  }

  /** Nodes of the fleet that have yet to report, as of the last `manage`. */
  get booting(): readonly FleetNode[] {
    return this.#booting;
  }

  /** To be called when another feederd may manage the fleet from now on. */
  rest(): void {
    this.#booting = [];
  }

  /** Ends the fleet's nodes if there is nothing left for them to do; else they end by themselves. */
  async dismissIdle(): Promise<void> {
    const { fleet, cache, logger } = this.#parts;
    const nodeIds = (await fleet.nodes()).map(({ nodeId }) => nodeId);
    if (nodeIds.length === 0) return;
    if (cache.jobs().every(isFinished)) {
      await fleet.terminate(nodeIds);
      logger.info({ node_ids: nodeIds }, 'no jobs are left: ended their nodes');
    } else logger.info({ node_ids: nodeIds }, 'jobs are left: their nodes go on without feederd');
  }

  /** Nodes of the fleet, and those somebody started by hand, which only their heartbeats tell of. */
  async #look(): Promise<FleetView> {
    const { fleet, nodeStates, cache, clock, logger, observer, settings } = this.#parts;
    // In this order: a node launched in between is then known to the fleet.
    const states = await nodeStates.list();
    observer?.nodesSeen(states);
    const listed = await fleet.nodes();
    const jobs = cache.jobs();
    const { yet, late, gone, useless } = this.#launches.look({ nodes: listed, states, jobs });
    const log = 'its log says why (local: DATA_DIR/logs)';
    for (const nodeId of late) {
      const waitSeconds = this.#launches.failed();
      logger.warn(
        { node_id: nodeId, waitSeconds },
        'a node boots for longer than any has: not counted on',
      );
    }
    for (const nodeId of gone) this.#failed(nodeId, `a node ended before it ever reported; ${log}`);
    for (const nodeId of useless) this.#failed(nodeId, `a node left before it had a job; ${log}`);
    const now = clock.now();
    const nodes = [...listed, ...yet.map((nodeId) => ({ nodeId, launchedAt: now }))];
    const { silences } = this.#launches;
    const view = viewFleet({ nodes, states, jobs, silences, now, settings });
    for (const nodeId of view.outdated) await nodeStates.remove(nodeId);
    return view;
  }

  async #endHanging({ overdue, frozen, lingering }: FleetView): Promise<void> {
    if (overdue.length + frozen.length + lingering.length === 0) return;
    const { fleet, nodeStates, logger } = this.#parts;
    // One may have reported while the fleet was listed.
    const reported = new Set((await nodeStates.list()).map(({ nodeId }) => nodeId));
    const unborn = overdue.filter((nodeId) => !reported.has(nodeId));
    const nodeIds = [...unborn, ...frozen, ...lingering];
    if (nodeIds.length === 0) return;
    await fleet.terminate(nodeIds);
    for (const nodeId of this.#launches.givenUp(lingering)) {
      logger.warn({ node_id: nodeId }, 'a node said goodbye and did not go away: ended it');
    }
    for (const nodeId of this.#launches.givenUp([...unborn, ...frozen])) {
      const why = frozen.includes(nodeId)
        ? 'has not been heard of for a quarter of an hour'
        : 'did not report within EC2_BOOT_DEADLINE';
      this.#failed(nodeId, `a node ${why}: ended it`);
    }
  }

  #failed(nodeId: string, what: string): void {
    const waitSeconds = this.#launches.failed();
    this.#parts.observer?.launched('lost', 1);
    this.#parts.logger.error({ node_id: nodeId, waitSeconds }, what);
  }

  #nodesWanted(view: FleetView): number {
    const { cache, clock, durations, settings } = this.#parts;
    const now = clock.now();
    const nodes = view.capacity.length;
    const withoutSlots = view.withoutSlots.length;
    if (settings.scalingPolicy === 'overflow') {
      const unfinishedJobs = jobsForCapacity(cache.jobs(), view, now).length;
      return nodesToLaunch({ unfinishedJobs, nodes, withoutSlots }, settings);
    }
    if (!settings.allowLaunches) return 0;
    const { bootSeconds, boots } = this.#launches;
    const { typicalSeconds } = durations;
    const expected = forecast({
      view,
      jobs: cache.jobs(),
      typicalSeconds,
      bootSeconds,
      lateSeconds: boots.lateSeconds,
      now,
    });
    const room = settings.maxNodes - nodes - withoutSlots;
    return nodesForWaitTarget({ ...expected, bootSeconds, boots, room }, settings);
  }

  async #launch(count: number, { byHand, capacity }: FleetView): Promise<void> {
    const { fleet, logger, observer, settings } = this.#parts;
    // The fleet knows nothing of nodes started by hand.
    const maximum = settings.maxNodes - byHand;
    const request = this.#unanswered ?? { count, token: randomUUID(), maximum };
    this.#unanswered = request;
    try {
      const nodes = await fleet.launch(request);
      const launched = nodes.map(({ nodeId }) => nodeId);
      const others = this.#booting.filter(({ nodeId }) => !launched.includes(nodeId));
      this.#booting = [...others, ...nodes];
      this.#unanswered = undefined;
      this.#refusal = undefined;
      this.#launches.launched(launched);
      observer?.launched('launched', launched.length);
      logger.info({ node_ids: launched, nodesBefore: capacity.length }, 'launched nodes');
    } catch (thrown: unknown) {
      const { code, message, retryable } = toNommerError(thrown);
      if (code !== 'UNAVAILABLE') this.#unanswered = undefined;
      observer?.launched(code === 'NO_CAPACITY' ? 'no_capacity' : 'refused', 1);
      const isShort = code === 'NO_CAPACITY';
      const waitSeconds = this.#launches.failed(isShort ? SHORTAGE_WAIT_SECONDS : undefined);
      if (retryable && !isShort) throw thrown;
      // Until it changes, to say it once is enough.
      if (this.#refusal !== message) {
        logger.error(
          { error_code: code, details: message, waitSeconds },
          'nodes cannot be launched',
        );
      }
      this.#refusal = message;
    }
  }
}

function bootingIn({ capacity }: FleetView, now: number): readonly FleetNode[] {
  return capacity
    .filter(({ hasReported }) => !hasReported)
    .map(({ nodeId, bootingMs }) => ({ nodeId, launchedAt: now - bootingMs }));
}
