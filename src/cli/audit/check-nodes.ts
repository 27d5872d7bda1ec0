import type { Settings } from '../../conf/settings.ts';
import { NommerError } from '../../core/errors.ts';
import type { ActiveJob, NodeState } from '../../core/node-state.ts';
import { formatElapsed } from '../../core/format-figures.ts';
import { isSame, problem, unknown, warning, type Finding, type Suspicion } from './finding.ts';
import type { Installation } from './open-installation.ts';
import { readJob } from './read-job.ts';

/** After so long feederd has ended or forgotten a silent node. */
const SILENT_MS = 1_200_000;
/** Whoever loses a job has stopped its work by then, and has said so. */
const LET_GO_MS = 20_000;

type NodeSettings = Pick<Settings, 'maxNodes' | 'heartbeatSeconds'>;

/** Looks at the nodes: how many there are, whether they report, and what they say they work on. */
export async function checkNodes(
  installation: Installation,
  settings: NodeSettings,
): Promise<{ readonly nodes: number; readonly suspicions: readonly Suspicion[] }> {
  const states = await installation.nodeStates.list();
  const suspicions = await suspicionsOf(
    () => checkFleet(installation, settings),
    // How many there are may change, and they are too many still.
    (one, other) => one.severity === other.severity,
  );
  for (const state of states) {
    suspicions.push(...(await suspicionsOf(() => checkNode(installation, state.nodeId))));
  }
  return { nodes: states.length, suspicions };
}

async function suspicionsOf(
  look: () => Promise<readonly Finding[]>,
  isIt = isSame,
): Promise<Suspicion[]> {
  return (await look()).map((finding) => ({
    finding,
    lookAgain: async () => (await look()).find((each) => isIt(each, finding)),
  }));
}

async function checkFleet(
  installation: Installation,
  { maxNodes }: NodeSettings,
): Promise<readonly Finding[]> {
  try {
    const { length } = await installation.fleetNodes();
    if (length <= maxNodes) return [];
    const found = `are ${length}, and MAX_NUM_EC2_INSTANCES is ${maxNodes}`;
    return [problem('nodes', 'launched nodes', found, 'Those too many end when they are idle.')];
  } catch (thrown: unknown) {
    if (!(thrown instanceof NommerError)) throw thrown;
    return [unknown('nodes', 'launched nodes', `could not be counted: ${thrown.message}`)];
  }
}

async function checkNode(installation: Installation, nodeId: string): Promise<readonly Finding[]> {
  const state = (await installation.nodeStates.list()).find((each) => each.nodeId === nodeId);
  if (state === undefined) return [];
  const subject = `node ${nodeId}`;
  const silentMs = Date.now() - state.reportedAt;
  const findings: Finding[] = [];
  if (silentMs > SILENT_MS) {
    const advice = 'feederd ends or forgets such nodes: does it run?';
    findings.push(
      warning('nodes', subject, `has not reported for ${formatElapsed(silentMs)}`, advice),
    );
  }
  for (const active of state.activeJobs) {
    const found = await judgeActive(installation, state, active);
    if (found !== undefined) findings.push(problem('nodes', subject, found));
  }
  return findings;
}

/** A report from before the job was lost is no contradiction. */
async function judgeActive(
  installation: Installation,
  { nodeId, reportedAt }: NodeState,
  { uniqueId, attempt }: ActiveJob,
): Promise<string | undefined> {
  const job = await readJob(installation, uniqueId);
  if (job === 'unreadable') return undefined;
  if (job === undefined) return `works on job ${uniqueId}, which is not known here`;
  if (job.lease?.nodeId === nodeId && job.attempt === attempt) return undefined;
  const lostAt =
    job.timings.find((timing) => timing.attempt > attempt)?.at ?? job.timings.at(-1)?.at;
  if (reportedAt - (lostAt ?? 0) < LET_GO_MS) return undefined;
  const holder = job.lease === null ? 'nobody has' : `node ${job.lease.nodeId} has`;
  return `works on job ${uniqueId}, attempt ${attempt}, which ${holder} in attempt ${job.attempt}`;
}
