/** ACTIVE takes jobs; DRAINING finishes what it has; TERMINATING is about to be gone. */
export const NODE_CONDITIONS = ['ACTIVE', 'DRAINING', 'TERMINATING'] as const;

export type NodeCondition = (typeof NODE_CONDITIONS)[number];

/** What a node says of itself at every heartbeat. Times are milliseconds since the epoch. */
export interface NodeState {
  readonly nodeId: string;
  readonly condition: NodeCondition;
  /** How many jobs it works on at most at a time. */
  readonly slots: number;
  readonly activeJobs: readonly ActiveJob[];
  /** Launched by a fleet, which knows better than any heartbeat whether the node is still there. */
  readonly fromFleet: boolean;
  readonly startedAt: number;
  readonly reportedAt: number;
  readonly versions: Readonly<Record<string, string>>;
  /** Missing in the records of older nodes. */
  readonly counts?: NodeCounts;
}

/** What a node has counted since it started, for the metrics: feederd never asks it. */
export interface NodeCounts {
  /** Claims on jobs that were renewed in time. */
  readonly renewals: number;
  /** Renewals that nobody answered; the next one is due soon. */
  readonly failedRenewals: number;
  /** Claims that it has given up because they were somebody else's, or might have been. */
  readonly lostLeases: number;
  /** Changes of jobs that could not be stored at once. */
  readonly storeRetries: number;
}

export interface ActiveJob {
  readonly uniqueId: string;
  readonly attempt: number;
}
