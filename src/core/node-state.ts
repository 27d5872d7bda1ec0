/** ACTIVE takes jobs; DRAINING finishes what it has; TERMINATING is about to be gone. */
const NODE_CONDITIONS = ['ACTIVE', 'DRAINING', 'TERMINATING'] as const;

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
}

export interface ActiveJob {
  readonly uniqueId: string;
  readonly attempt: number;
}
