import type { EncodingJob } from '../core/job.ts';
import type { NodeState } from '../core/node-state.ts';
import type { FleetNode } from '../core/ports.ts';

/** A node that takes jobs, or soon will. */
export interface CapacityNode {
  readonly nodeId: string;
  readonly slots: number;
  /** 0 for a node that has reported; else milliseconds since its launch. */
  readonly bootingMs: number;
  readonly hasReported: boolean;
}

/** All nodes there are, as seen at one moment. */
export interface FleetView {
  readonly capacity: readonly CapacityNode[];
  /** They take no jobs (any more), but are still there. */
  readonly withoutSlots: readonly string[];
  /** Of both kinds, those that somebody started by hand: in no fleet. */
  readonly byHand: number;
  /** Nodes of the fleet that never reported within the boot deadline. */
  readonly overdue: readonly string[];
  /** Nodes of the fleet that reported once, and hang: they neither report nor hold a job. */
  readonly frozen: readonly string[];
  /** Nodes of the fleet that said goodbye and did not go away: powering off has failed there. */
  readonly lingering: readonly string[];
  /** Heartbeats of nodes that are there no more. */
  readonly outdated: readonly string[];
}

export interface FleetFacts {
  readonly nodes: readonly FleetNode[];
  readonly states: readonly NodeState[];
  readonly jobs: readonly EncodingJob[];
  /** Milliseconds since anything was heard of nodes that ever reported, also those that said goodbye. */
  readonly silences: ReadonlyMap<string, number>;
  readonly now: number;
  readonly settings: FleetViewSettings;
}

export interface FleetViewSettings {
  readonly slotsPerNode: number;
  readonly heartbeatSeconds: number;
  readonly ec2BootDeadlineSeconds: number;
}

/** A node that is in no fleet and missed so many heartbeats is gone. */
const MISSED_HEARTBEATS = 3;
/** A busy machine may be late; a node of the fleet is only given up for silent after this. */
const SILENT_MS = 60_000;
/** And is ended after so long: whoever leaves, or comes back from a long sleep, has done so by then. */
const FROZEN_MS = 900_000;
/** A machine that powers off is gone by then. */
const LINGERING_MS = 120_000;

/** Tells which nodes take jobs. Knows nothing from before: right also after a restart. */
export function viewFleet({ nodes, states, jobs, silences, now, settings }: FleetFacts): FleetView {
  const stateOf = new Map(states.map((state) => [state.nodeId, state]));
  const working = new Set(jobs.flatMap(({ lease }) => (lease === null ? [] : [lease.nodeId])));
  const missedMs = settings.heartbeatSeconds * MISSED_HEARTBEATS * 1000;
  const capacity: CapacityNode[] = [];
  const withoutSlots: string[] = [];
  const overdue: string[] = [];
  const frozen: string[] = [];
  const lingering: string[] = [];
  const outdated: string[] = [];

  const place = ({ nodeId, condition, slots, reportedAt }: NodeState, silentMs: number) => {
    if (condition !== 'ACTIVE' || now - reportedAt > silentMs) withoutSlots.push(nodeId);
    else capacity.push({ nodeId, slots, bootingMs: 0, hasReported: true });
  };
  for (const { nodeId, launchedAt } of nodes) {
    const state = stateOf.get(nodeId);
    const bootingMs = Math.max(now - launchedAt, 0);
    const silentMs = silences.get(nodeId);
    const idleSilentMs = silentMs === undefined || working.has(nodeId) ? 0 : silentMs;
    if (state === undefined && idleSilentMs > LINGERING_MS) {
      withoutSlots.push(nodeId);
      lingering.push(nodeId);
    } else if (idleSilentMs > FROZEN_MS) {
      withoutSlots.push(nodeId);
      frozen.push(nodeId);
    } else if (state !== undefined) place(state, Math.max(missedMs, SILENT_MS));
    // Said goodbye, or works although its heartbeat got lost: it needs no boot deadline.
    else if (silentMs !== undefined || working.has(nodeId)) withoutSlots.push(nodeId);
    else if (bootingMs > settings.ec2BootDeadlineSeconds * 1000) {
      withoutSlots.push(nodeId);
      overdue.push(nodeId);
    } else {
      capacity.push({ nodeId, slots: settings.slotsPerNode, bootingMs, hasReported: false });
    }
  }

  const inFleet = new Set(nodes.map(({ nodeId }) => nodeId));
  let byHand = 0;
  for (const state of states) {
    if (inFleet.has(state.nodeId)) continue;
    if (state.fromFleet || now - state.reportedAt > missedMs) outdated.push(state.nodeId);
    else {
      byHand += 1;
      place(state, missedMs);
    }
  }
  return { capacity, withoutSlots, byHand, overdue, frozen, lingering, outdated };
}
