export interface ScalingSettings {
  /** The maximum of all nodes there are, not of new ones. */
  readonly maxNodes: number;
  readonly slotsPerNode: number;
  /** So many jobs may wait for a slot before another node is started. */
  readonly jobOverflowThreshold: number;
  readonly allowLaunches: boolean;
}

export interface ScalingFacts {
  /** Those that a node without slots works on are not counted. */
  readonly unfinishedJobs: number;
  /** All that take jobs or are coming up. */
  readonly nodes: number;
  /** Nodes that take no jobs, but are still there: they count for the maximum only. */
  readonly withoutSlots?: number;
}

/**
 * How many nodes to launch. 2012's documented formula: nodes are started when the unfinished jobs
 * exceed the capacity (slots × nodes) by the overflow threshold; without any node, for the first job.
 * Enough are started to hold all jobs, and never more than the maximum leaves room for.
 */
export function nodesToLaunch(
  { unfinishedJobs, nodes, withoutSlots = 0 }: ScalingFacts,
  settings: ScalingSettings,
): number {
  if (!settings.allowLaunches) return 0;
  const overflow = unfinishedJobs - nodes * settings.slotsPerNode;
  const threshold = nodes === 0 ? 1 : Math.max(settings.jobOverflowThreshold, 1);
  if (overflow < threshold) return 0;
  const wanted = Math.ceil(overflow / settings.slotsPerNode);
  return Math.max(Math.min(wanted, settings.maxNodes - nodes - withoutSlots), 0);
}
