import { addDangers, type Dangers } from './dangers.ts';
import { runInThread } from './run-in-thread.ts';
import type { Violation } from './world/world.ts';

/** What came of many seeds. */
export interface SeedsResult {
  readonly seeds: number;
  readonly happenings: number;
  readonly virtualMs: number;
  readonly dangers: Dangers;
  readonly failures: readonly (Violation & { readonly seed: number })[];
}

export interface SeedsRequest {
  readonly from: number;
  readonly count: number;
}

/** Runs seeds on so many threads. */
export async function runSeeds(
  { from, count }: SeedsRequest,
  threads: number,
): Promise<SeedsResult> {
  const share = Math.ceil(count / threads);
  const results = await Promise.all(
    Array.from({ length: threads }, (_, index) =>
      runInThread<SeedsResult>(new URL('seeds-worker.ts', import.meta.url), {
        from: from + index * share,
        count: Math.max(Math.min(share, count - index * share), 0),
      } satisfies SeedsRequest),
    ),
  );
  const sum = (of: (result: SeedsResult) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  return {
    seeds: sum(({ seeds }) => seeds),
    happenings: sum(({ happenings }) => happenings),
    virtualMs: sum(({ virtualMs }) => virtualMs),
    dangers: results.reduce((all, { dangers }) => addDangers(all, dangers), {} as Dangers),
    failures: results.flatMap(({ failures }) => failures),
  };
}
