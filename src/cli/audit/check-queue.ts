import type { Settings } from '../../conf/settings.ts';
import { decodeJobMessage } from '../../core/messages.ts';
import { hasLiveLease, isFinished, type EncodingJob } from '../../core/job.ts';
import type { NodeState } from '../../core/node-state.ts';
import type { QueueDepth } from '../../core/ports.ts';
import { formatElapsed, plural } from '../../core/format-figures.ts';
import { problem, subjectOf, warning, type Finding, type Suspicion } from './finding.ts';
import type { Installation } from './open-installation.ts';

/** feederd sends a job again whose message is missing, at most once in two minutes. */
const SENT_AGAIN_MS = 180_000;
const LONG_WAIT_MS = 600_000;
const IS_FEEDERD_UP = 'feederd sends it again: does it run, and reach the queue?';

type QueueSettings = Pick<Settings, 'leaseSeconds' | 'heartbeatSeconds'>;

/** What the list of open jobs says: all that feederd ever looks at. */
export interface OpenJobs {
  readonly ids: ReadonlySet<string>;
  readonly unfinished: number;
  /** Those whose message the queue should hold. */
  readonly queued: number;
  /** Whoever waits so long that its message must be missing, or nodes are; the longest first. */
  readonly waiting: readonly WaitingJob[];
  /** By node: how many jobs it has. */
  readonly held: ReadonlyMap<string, number>;
}

interface WaitingJob {
  readonly uniqueId: string;
  readonly queued: boolean;
  readonly waitedMs: number;
}

export async function readOpenJobs({ store }: Installation): Promise<OpenJobs> {
  const ids = new Set<string>();
  const held = new Map<string, number>();
  const waiting: WaitingJob[] = [];
  const counts = { unfinished: 0, queued: 0 };
  const now = Date.now();
  let cursor: string | undefined;
  do {
    const page = await store.open(cursor);
    for (const job of page.jobs) {
      const { uniqueId, queued, lease } = job;
      ids.add(uniqueId);
      if (isFinished(job)) continue;
      counts.unfinished += 1;
      if (queued) counts.queued += 1;
      const waitedMs = pendingMs(job, now);
      if (waitedMs > SENT_AGAIN_MS) waiting.push({ uniqueId, queued, waitedMs });
      if (lease !== null && hasLiveLease(job, now)) {
        held.set(lease.nodeId, (held.get(lease.nodeId) ?? 0) + 1);
      }
    }
    ({ cursor } = page);
  } while (cursor !== undefined);
  return { ids, held, waiting: waiting.toSorted((a, b) => b.waitedMs - a.waitedMs), ...counts };
}

function pendingMs(job: EncodingJob, now: number): number {
  return job.jobState === 'PENDING' ? now - Math.max(job.modifiedAt, job.notBefore ?? 0) : 0;
}

/** Whether whoever should deal with open jobs can know of them. */
export async function checkQueue(
  installation: Installation,
  open: OpenJobs,
  settings: QueueSettings,
): Promise<readonly Suspicion[]> {
  const findings = await judgeQueue(installation, open, settings);
  let again: Promise<readonly Finding[]> | undefined;
  const lookAgain = async () =>
    judgeQueue(installation, await readOpenJobs(installation), settings);
  return findings.map((finding) => ({
    finding,
    lookAgain: async () => {
      again ??= lookAgain();
      // There is one for each whom it is about; its figures change.
      return (await again).find(
        ({ check, subject }) => check === finding.check && subject === finding.subject,
      );
    },
  }));
}

async function judgeQueue(
  { newJobs, nodeStates }: Installation,
  open: OpenJobs,
  settings: QueueSettings,
): Promise<readonly Finding[]> {
  const depth = await newJobs.depth();
  const nodes = await nodeStates.list();
  const findings = judgeWaiting(open, { depth, nodes, settings });
  for (const { nodeId, slots } of nodes) {
    const held = open.held.get(nodeId) ?? 0;
    if (held <= slots) continue;
    const found = `has ${plural(held, 'job')} at a time in ${plural(slots, 'slot')}`;
    findings.push(problem('slots', `node ${nodeId}`, found));
  }
  for (const { body, receiveCount } of await newJobs.deadLetters()) {
    const id = decodeJobMessage(body);
    const subject = id === undefined ? 'a dead letter' : subjectOf({ uniqueId: id });
    const found = `its message was received ${plural(receiveCount, 'time')} and not dealt with`;
    const advice = 'feederd ends such jobs at its next look (FEEDERD_PRUNE_JOBS_INTERVAL).';
    findings.push(warning('dead-letter', subject, found, advice));
  }
  return findings;
}

interface Sight {
  readonly depth: QueueDepth;
  readonly nodes: readonly NodeState[];
  readonly settings: QueueSettings;
}

/**
 * A job has lost its message where a slot is free, no message is in sight and the job waits longer than any
 * message is hidden; or where the queue holds too few for all. What the queue holds may be anybody's, so who
 * waits very long is told of whatever it holds.
 */
function judgeWaiting(open: OpenJobs, { depth, nodes, settings }: Sight): Finding[] {
  const { waiting, delayed, inFlight } = depth;
  const messages = waiting + delayed + inFlight;
  const hiddenMs = settings.leaseSeconds * 2000;
  const late = open.waiting.filter(({ queued, waitedMs }) => queued && waitedMs > hiddenMs);
  const free = waiting > 0 ? undefined : nodes.find((node) => hasFreeSlot(node, open, settings));
  const isMissing = open.queued > messages;
  const lost = free === undefined ? late.slice(0, isMissing ? open.queued - messages : 0) : late;
  const because = isMissing
    ? `the queue holds ${plural(messages, 'message')} for ${plural(open.queued, 'job')}`
    : `node ${free?.nodeId} has a free slot`;
  const findings = lost.map((job) => {
    const found = `has waited for ${formatElapsed(job.waitedMs)}, and ${because}`;
    return problem('queue', subjectOf(job), found, IS_FEEDERD_UP);
  });
  const [longest, ...others] = open.waiting.filter(({ waitedMs }) => waitedMs > LONG_WAIT_MS);
  if (longest !== undefined) findings.push(judgeLongWait(longest, others.length, nodes.length));
  return findings;
}

function judgeLongWait(longest: WaitingJob, others: number, nodes: number): Finding {
  const { uniqueId, waitedMs } = longest;
  const besides = others === 0 ? '' : `, and ${plural(others, 'other')} for long`;
  const there = nodes === 0 ? 'no node' : plural(nodes, 'node');
  const found = `job ${uniqueId} has waited for ${formatElapsed(waitedMs)}${besides}, with ${there}`;
  const advice =
    'feederd launches nodes, up to MAX_NUM_EC2_INSTANCES: too few for so many jobs? What does its log say?';
  return warning('nodes', 'waiting jobs', found, advice);
}

/** Of a node that is there, and takes jobs. */
function hasFreeSlot(
  { nodeId, condition, slots, reportedAt }: NodeState,
  { held }: OpenJobs,
  { heartbeatSeconds }: QueueSettings,
): boolean {
  const isThere = Date.now() - reportedAt < heartbeatSeconds * 3000;
  return condition === 'ACTIVE' && isThere && (held.get(nodeId) ?? 0) < slots;
}
