import { isOpen, type EncodingJob } from '../../core/job.ts';
import type { JobPage } from '../../core/ports.ts';
import type { Settings } from '../../conf/settings.ts';
import { watchLeader } from './check-feederd.ts';
import { checkLeftovers } from './check-leftovers.ts';
import { checkNodes } from './check-nodes.ts';
import { OutputCheck } from './check-outputs.ts';
import { checkQueue, readOpenJobs, type OpenJobs } from './check-queue.ts';
import { checkUnreadable } from './check-unreadable.ts';
import { Destinations } from './destinations.ts';
import { isSame, problem, subjectOf, type Finding, type Suspicion } from './finding.ts';
import { judgeJob } from './judge-job.ts';
import type { Installation } from './open-installation.ts';
import { readableJob } from './read-job.ts';

export interface AuditOptions {
  readonly settings: Settings;
  /** Jobs created before are not looked at: milliseconds since the epoch. */
  readonly since: number;
  /** Whether to look for outputs and leftovers of them. */
  readonly outputs: boolean;
  /** Until what looked wrong is looked at again. */
  readonly pauseMs: number;
  /** A feederd that leads and lives shows it within so long. */
  readonly silenceMs: number;
}

export interface AuditResult {
  readonly findings: readonly Finding[];
  readonly jobs: number;
  readonly outputs: number;
  readonly nodes: number;
}

const PAGE = 500;

/**
 * Looks at everything an installation has, while it runs: jobs page by page, so that no more of them are in
 * memory at a time. What looks wrong is looked at once more before it is told. Changes nothing.
 */
export async function audit(
  installation: Installation,
  options: AuditOptions,
): Promise<AuditResult> {
  const { settings } = options;
  const leader = await watchLeader(installation, options);
  const destinations = new Destinations();
  const outputCheck = new OutputCheck(installation, destinations);
  const suspicions: Suspicion[] = [];
  const openAsNoted = new Set<string>();
  let jobs = 0;
  for await (const page of pagesOf(installation, options.since)) {
    jobs += page.jobs.length;
    suspicions.push(...checkUnreadable(installation, page.unreadable));
    for (const job of page.jobs) {
      destinations.note(job);
      if (isOpen(job)) openAsNoted.add(job.uniqueId);
      suspicions.push(...suspicionsOf(job, installation, settings));
    }
    if (options.outputs) suspicions.push(...(await outputCheck.check(page.jobs)));
  }
  const open = await readOpenJobs(installation);
  suspicions.push(...unlisted(openAsNoted, open, installation));
  suspicions.push(...(await checkQueue(installation, open, settings)), ...leader.suspicions(open));
  const nodeCheck = await checkNodes(installation, settings);
  suspicions.push(...nodeCheck.suspicions);
  if (options.outputs) suspicions.push(...(await checkLeftovers(installation, destinations)));

  if (suspicions.length > 0) await new Promise((done) => setTimeout(done, options.pauseMs));
  const findings: Finding[] = [];
  for (const { lookAgain } of suspicions) {
    const finding = await lookAgain();
    if (finding !== undefined) findings.push(finding);
  }
  return {
    findings: [...findings, ...outputCheck.unknown()],
    jobs,
    outputs: outputCheck.looked,
    nodes: nodeCheck.nodes,
  };
}

async function* pagesOf(
  { store }: Installation,
  since: number,
): AsyncGenerator<Omit<JobPage, 'cursor'>, void> {
  let cursor: string | undefined;
  do {
    const page = await store.recent({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    const jobs = page.jobs.filter(({ createdAt }) => createdAt >= since);
    yield { ...page, jobs };
    if (jobs.length < page.jobs.length) return;
    ({ cursor } = page);
  } while (cursor !== undefined);
}

function suspicionsOf(
  job: EncodingJob,
  installation: Installation,
  settings: Settings,
): readonly Suspicion[] {
  const { uniqueId } = job;
  const findings = judgeJob(job, settings, Date.now());
  return findings.map((finding, index) => ({
    finding,
    lookAgain: async () => {
      const stored = await readableJob(installation, uniqueId);
      const now = stored === undefined ? [] : judgeJob(stored, settings, Date.now());
      // Where one text stands for several: as many as there are still.
      const before = findings.slice(0, index).filter((each) => isSame(each, finding)).length;
      return now.filter((each) => isSame(each, finding))[before];
    },
  }));
}

/** Jobs that need attention and are not in the list of those that do: nobody would ever see them. */
function unlisted(
  noted: ReadonlySet<string>,
  { ids }: OpenJobs,
  installation: Installation,
): readonly Suspicion[] {
  let again: Promise<OpenJobs> | undefined;
  return [...noted]
    .filter((id) => !ids.has(id))
    .map((uniqueId) => {
      const subject = subjectOf({ uniqueId });
      const found = 'needs attention, and is not in the list that feederd works through';
      const finding = problem('list', subject, found);
      const lookAgain = async () => {
        again ??= readOpenJobs(installation);
        if ((await again).ids.has(uniqueId)) return undefined;
        const job = await readableJob(installation, uniqueId);
        return job !== undefined && isOpen(job) ? finding : undefined;
      };
      return { finding, lookAgain };
    });
}
