import { decodeJobMessage } from '../../core/messages.ts';
import { hasLiveLease, isFinished, type EncodingJob } from '../../core/job.ts';
import { formatElapsed } from '../render/format-figures.ts';
import { problem, warning, type Finding, type Suspicion } from './finding.ts';
import type { Installation } from './open-installation.ts';

/** feederd sends a job again whose message is missing, at most once in two minutes. */
const SENT_AGAIN_MS = 180_000;
const LONG_WAIT_MS = 600_000;
const IS_FEEDERD_UP = 'feederd sends them again: does it run, and reach the queue?';

/** What the list of open jobs says: all that feederd ever looks at. */
export interface OpenJobs {
  readonly ids: ReadonlySet<string>;
  readonly unfinished: number;
  /** Those whose message the queue should hold. */
  readonly queued: number;
  /** Pending for so long that their message must be missing, or nodes are. */
  readonly forgotten: number;
  readonly waitLong: number;
  readonly held: ReadonlyMap<string, number>;
}

export async function readOpenJobs({ store }: Installation): Promise<OpenJobs> {
  const ids = new Set<string>();
  const held = new Map<string, number>();
  const counts = { unfinished: 0, queued: 0, forgotten: 0, waitLong: 0 };
  const now = Date.now();
  let cursor: string | undefined;
  do {
    const page = await store.open(cursor);
    for (const job of page.jobs) {
      ids.add(job.uniqueId);
      if (isFinished(job)) continue;
      counts.unfinished += 1;
      if (job.queued) counts.queued += 1;
      const waitedMs = pendingMs(job, now);
      if (job.queued && waitedMs > SENT_AGAIN_MS) counts.forgotten += 1;
      if (waitedMs > LONG_WAIT_MS) counts.waitLong += 1;
      if (job.lease !== null && hasLiveLease(job, now)) {
        held.set(job.lease.nodeId, (held.get(job.lease.nodeId) ?? 0) + 1);
      }
    }
    ({ cursor } = page);
  } while (cursor !== undefined);
  return { ids, held, ...counts };
}

function pendingMs(job: EncodingJob, now: number): number {
  return job.jobState === 'PENDING' ? now - Math.max(job.modifiedAt, job.notBefore ?? 0) : 0;
}

/** Whether whoever should deal with open jobs can know of them. */
export async function checkQueue(
  installation: Installation,
  open: OpenJobs,
): Promise<readonly Suspicion[]> {
  const findings = await judgeQueue(installation, open);
  return findings.map((finding) => ({
    finding,
    lookAgain: async () => {
      const now = await judgeQueue(installation, await readOpenJobs(installation));
      return now.find(
        ({ check, subject }) => check === finding.check && subject === finding.subject,
      );
    },
  }));
}

async function judgeQueue(installation: Installation, open: OpenJobs): Promise<readonly Finding[]> {
  const { newJobs, nodeStates, leadership, isGone } = installation;
  const findings: Finding[] = [];
  const { waiting, delayed, inFlight } = await newJobs.depth();
  const messages = waiting + delayed + inFlight;
  if (open.forgotten > 0 && messages < open.queued) {
    const found =
      `${open.forgotten} have waited for more than ${formatElapsed(SENT_AGAIN_MS)}, and the queue ` +
      `holds ${messages} messages for ${open.queued} jobs`;
    findings.push(problem('queue', 'waiting jobs', found, IS_FEEDERD_UP));
  }
  const nodes = await nodeStates.list();
  if (open.waitLong > 0 && nodes.length === 0) {
    const found = `${open.waitLong} have waited for more than ${formatElapsed(LONG_WAIT_MS)}, and there is no node`;
    const advice = 'feederd launches nodes, up to MAX_NUM_EC2_INSTANCES: what does its log say?';
    findings.push(warning('nodes', 'waiting jobs', found, advice));
  }
  for (const { nodeId, slots } of nodes) {
    const held = open.held.get(nodeId) ?? 0;
    if (held <= slots) continue;
    findings.push(
      problem('nodes', `node ${nodeId}`, `has ${held} jobs at a time in ${slots} slots`),
    );
  }
  const holder = (await leadership.read())?.holder ?? null;
  if (open.unfinished > 0 && (holder === null || isGone(holder))) {
    const found = `none runs, and ${open.unfinished} jobs are unfinished`;
    findings.push(problem('feederd', 'feederd', found, 'Start it.'));
  }
  for (const { body, receiveCount } of await newJobs.deadLetters()) {
    const id = decodeJobMessage(body);
    const subject = id === undefined ? 'a dead letter' : `job ${id}`;
    const found = `its message was received ${receiveCount} times and not dealt with`;
    const advice = 'feederd ends such jobs at its next look (FEEDERD_PRUNE_JOBS_INTERVAL).';
    findings.push(warning('dead-letter', subject, found, advice));
  }
  return findings;
}
