import type { FastifyInstance } from 'fastify';
import type { WireBootingNode, WireNode, WirePreset, WireStats } from '../../core/api-wire.ts';
import type { EncodingJob } from '../../core/job.ts';
import { isoTime } from '../../core/job-wire.ts';
import type { NodeState } from '../../core/node-state.ts';
import type { FleetNode, QueueDepth } from '../../core/ports.ts';
import type { UntoldJob } from '../job-cache.ts';
import type { ApiDeps } from './api-deps.ts';
import { addCall } from './calls/add-call.ts';
import { INSTALLATION_CALLS } from './calls/installation-calls.ts';
import type { Caller } from './caller.ts';
import { sees } from './own-jobs.ts';

type InstallationDeps = Pick<
  ApiDeps,
  'nodeStates' | 'bootingNodes' | 'openJobs' | 'untoldJobs' | 'newJobs' | 'settings' | 'isReady'
>;

/** What there is to know of the installation: nodes, presets, figures, health. */
export function addInstallationCalls(api: FastifyInstance, deps: InstallationDeps): void {
  const { nodeStates, bootingNodes, openJobs, untoldJobs, newJobs, settings, isReady } = deps;
  const presets = Object.entries(settings.presets).map(([name, preset]): WirePreset => {
    const { description, relativeTime, options } = preset;
    const time = relativeTime === undefined ? {} : { relative_time: relativeTime };
    return { name, description, ...time, options };
  });

  const jobsFor = (caller: Caller) => [...openJobs()].filter((job) => sees(caller, job));

  addCall(api, INSTALLATION_CALLS.nodes, async ({ caller }) => {
    const nodes = (await nodeStates.list()).map(toWireNode);
    const reported = new Set(nodes.map(({ node_id: id }) => id));
    const booting = bootingNodes()
      .filter(({ nodeId }) => !reported.has(nodeId))
      .map(toWireBootingNode);
    if (!caller.onlyOwn) return { nodes, booting };
    const ids = new Set(jobsFor(caller).map(({ uniqueId }) => uniqueId));
    const isOwn = ({ unique_id: id }: { unique_id: string }) => ids.has(id);
    return {
      nodes: nodes.map((node) => ({ ...node, active_jobs: node.active_jobs.filter(isOwn) })),
      booting,
    };
  });

  addCall(api, INSTALLATION_CALLS.presets, (_request, reply) => reply.send({ presets }));

  addCall(api, INSTALLATION_CALLS.stats, async ({ caller }) => {
    const [depth, nodes] = await Promise.all([newJobs.depth(), nodeStates.list()]);
    const untold = [...untoldJobs()].filter((job) => sees(caller, job));
    return toWireStats({ open: jobsFor(caller), untold, depth, nodes });
  });

  addCall(api, INSTALLATION_CALLS.healthz, (_request, reply) => reply.send({ status: 'ok' }));

  addCall(api, INSTALLATION_CALLS.readyz, async () => {
    await isReady();
    return { status: 'ready' };
  });
}

function toWireNode(node: NodeState): WireNode {
  return {
    node_id: node.nodeId,
    condition: node.condition,
    slots: node.slots,
    active_jobs: node.activeJobs.map(({ uniqueId, attempt }) => ({ unique_id: uniqueId, attempt })),
    started_dtime: isoTime(node.startedAt),
    reported_dtime: isoTime(node.reportedAt),
    versions: node.versions,
  };
}

function toWireBootingNode({ nodeId, launchedAt }: FleetNode): WireBootingNode {
  return { node_id: nodeId, condition: 'BOOTING', launched_dtime: isoTime(launchedAt) };
}

interface StatsFacts {
  readonly open: readonly EncodingJob[];
  readonly untold: readonly UntoldJob[];
  readonly depth: QueueDepth;
  readonly nodes: readonly NodeState[];
}

function toWireStats({ open, untold, depth, nodes }: StatsFacts): WireStats {
  const { waiting, delayed, inFlight } = depth;
  const stats: WireStats = {
    jobs: { PENDING: 0, DOWNLOADING: 0, ENCODING: 0, UPLOADING: 0 },
    undelivered_notifications: 0,
    queue: { waiting, delayed, in_flight: inFlight },
    nodes: { ACTIVE: 0, DRAINING: 0, TERMINATING: 0 },
    slots: { total: 0, busy: 0 },
  };
  for (const { undelivered } of untold) stats.undelivered_notifications += undelivered;
  for (const job of open) {
    stats.undelivered_notifications += job.undelivered.length;
    stats.jobs[job.jobState] = (stats.jobs[job.jobState] ?? 0) + 1;
  }
  for (const { condition, slots, activeJobs } of nodes) {
    stats.nodes[condition] += 1;
    stats.slots.total += slots;
    stats.slots.busy += activeJobs.length;
  }
  return stats;
}
