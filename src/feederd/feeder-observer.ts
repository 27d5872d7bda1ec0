import type { EncodingJob } from '../core/job.ts';
import type { NodeState } from '../core/node-state.ts';

/** Told of what happens in feederd, for whoever counts it. Whatever it does, it must not throw. */
export interface FeederObserver {
  /** Whether this feederd leads, whenever that changes. */
  leads(isLeading: boolean): void;
  /** Every job that is new or has changed, as the job cache hears of it. */
  jobChanged(job: EncodingJob): void;
  /** A notification was tried, and what came of it is stored. */
  deliveryTried(outcome: DeliveryTried): void;
  /** All heartbeats there are. */
  nodesSeen(nodes: readonly NodeState[]): void;
  launched(outcome: LaunchOutcome, count: number): void;
}

/** `failed`: there will be another try. */
export type DeliveryTried = 'delivered' | 'failed' | 'given_up';

/** `lost`: nodes that were gone, or ended, before they were of any use. The last two: there are none. */
export type LaunchOutcome = 'launched' | 'lost' | 'no_capacity' | 'refused';

/** For those who count nothing. */
export const NO_OBSERVER: FeederObserver = {
  leads: () => {},
  jobChanged: () => {},
  deliveryTried: () => {},
  nodesSeen: () => {},
  launched: () => {},
};
