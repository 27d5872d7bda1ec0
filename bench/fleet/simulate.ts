import { billedSeconds, Cloud, type CloudJob } from './cloud.ts';
import { Conditions } from './conditions.ts';
import { TRACE_HOURS, type Arrival } from './trace.ts';

/** How a fleet is scaled. */
export interface Policy {
  readonly name: string;
  /** How it is set, in the words of its own documentation. */
  readonly about: string;
  /** A node ends itself after so long without a job; Infinity: the policy ends nodes. */
  readonly idleSeconds: number;
  /** So many nodes it never ends. Default: 0. */
  readonly leastNodes?: number;
  /** Sets it going; it is heard of no more after `stop`. */
  readonly start: (cloud: Cloud, stop: AbortSignal) => void;
}

/** What came of one trace. */
export interface FleetRun {
  readonly fleetSeconds: number;
  readonly launches: number;
  /** Of every job, in the order they ended: all its waiting for a slot. */
  readonly waitSeconds: readonly number[];
  readonly jobs: readonly CloudJob[];
}

export const SLOTS = 2;
export const MAX_NODES = 150;
/** Whoever has not done the work so long after the trace does not do it. */
const LIMIT_MS = (TRACE_HOURS + 48) * 3_600_000;

export interface Simulated {
  readonly policy: Policy;
  readonly arrivals: readonly Arrival[];
  readonly seed: number;
  readonly conditions?: ConstructorParameters<typeof Cloud>[0]['conditions'];
}

/** @throws when the policy leaves jobs undone or nodes running */
export async function simulate({
  policy,
  arrivals,
  seed,
  conditions = new Conditions(seed, LIMIT_MS),
}: Simulated): Promise<FleetRun> {
  const { name, idleSeconds, leastNodes = 0 } = policy;
  const fixed = { slots: SLOTS, maxNodes: MAX_NODES };
  const cloud = new Cloud({ seed, arrivals, idleSeconds, conditions, ...fixed });
  const stop = new AbortController();
  policy.start(cloud, stop.signal);
  const isOver = () => cloud.isDone && cloud.nodes.size <= leastNodes;
  await cloud.world.run(() => isOver() || cloud.nowMs > LIMIT_MS);
  stop.abort();
  if (!isOver()) {
    const undone = arrivals.length - cloud.endedJobs.length;
    throw new Error(`${name} leaves ${undone} jobs undone and ${cloud.nodes.size} nodes running`);
  }
  for (const node of [...cloud.nodes.values()]) cloud.terminate(node);
  return {
    fleetSeconds: cloud.endedNodes.reduce((sum, node) => sum + billedSeconds(node), 0),
    launches: cloud.launches,
    waitSeconds: cloud.endedJobs.map(({ waitedMs }) => waitedMs / 1000),
    jobs: cloud.endedJobs,
  };
}
