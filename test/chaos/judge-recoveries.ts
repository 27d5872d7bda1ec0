import type { EncodingJob } from '../../src/core/job.ts';
import type { Ended, Verdict } from './judge.ts';
import type { Blow, Hit } from './monkey.ts';

/** What happens to a node, after which others have to take over its jobs. */
export const NODE_BLOWS = ['node killed', 'node stopped', 'node told to end'] as const;

export type NodeBlow = (typeof NODE_BLOWS)[number];

export interface RecoveryLimit {
  /** What the 99th percentile may be at most. */
  readonly seconds: number;
  /** So many there are at least, or nothing is shown. */
  readonly least: number;
}

export type RecoveryLimits = Readonly<Record<NodeBlow, RecoveryLimit>>;

/** Milliseconds from the blow until the job was claimed again; the shortest first. */
export type Recoveries = Readonly<Record<NodeBlow, readonly number[]>>;

export function judgeRecoveries(
  hits: readonly Hit[],
  ended: readonly Ended[],
  { limits, verdict }: { readonly limits: RecoveryLimits; readonly verdict: Verdict },
): Recoveries {
  const jobs = new Map(ended.map(({ stored }) => [stored.uniqueId, stored]));
  const last = new Map(
    hits.filter(({ blow }) => isNodeBlow(blow)).map((hit) => [`${hit.jobId} ${hit.attempt}`, hit]),
  );
  const judge = (blow: NodeBlow) => {
    const { seconds, least } = limits[blow];
    const times = [...last.values()]
      .filter((hit) => hit.blow === blow)
      .flatMap((hit) => {
        const tookMs = recoveryOf(hit, jobs.get(hit.jobId));
        return tookMs === undefined ? [] : [{ hit, tookMs }];
      })
      .toSorted((a, b) => a.tookMs - b.tookMs);
    const sorted = times.map(({ tookMs }) => tookMs);
    if (sorted.length < least) {
      verdict.others.push(
        `${blow}: ${sorted.length} jobs were claimed again, of at least ${least}`,
      );
    }
    if (percentile(sorted, 0.99) > seconds * 1000) {
      for (const { hit, tookMs } of times.filter((each) => each.tookMs > seconds * 1000)) {
        const since = new Date(hit.at).toISOString();
        verdict.slowRecoveries.push(
          `${hit.jobId}, attempt ${hit.attempt}: ${tookMs} ms from ${since}, ${blow}`,
        );
      }
    }
    return sorted;
  };
  return Object.fromEntries(NODE_BLOWS.map((blow) => [blow, judge(blow)])) as unknown as Recoveries;
}

function recoveryOf({ attempt, at }: Hit, job: EncodingJob | undefined): number | undefined {
  const claims = job?.timings.filter(({ state }) => state === 'DOWNLOADING') ?? [];
  const next = claims.find((each) => each.attempt > attempt);
  return next && next.at - at;
}

function isNodeBlow(blow: Blow): blow is NodeBlow {
  return (NODE_BLOWS as readonly string[]).includes(blow);
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(Math.ceil(sorted.length * share), sorted.length) - 1] ?? 0;
}
