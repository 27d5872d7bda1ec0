import { Worker } from 'node:worker_threads';
import type { Violation } from './world/world.ts';

/** What came of many seeds. */
export interface SeedsResult {
  readonly seeds: number;
  readonly happenings: number;
  readonly virtualMs: number;
  readonly latePublishes: number;
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
      runInWorker({
        from: from + index * share,
        count: Math.max(Math.min(share, count - index * share), 0),
      }),
    ),
  );
  const sum = (of: (result: SeedsResult) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  return {
    seeds: sum(({ seeds }) => seeds),
    happenings: sum(({ happenings }) => happenings),
    virtualMs: sum(({ virtualMs }) => virtualMs),
    latePublishes: sum(({ latePublishes }) => latePublishes),
    failures: results.flatMap(({ failures }) => failures),
  };
}

function runInWorker(request: SeedsRequest): Promise<SeedsResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('seeds-worker.ts', import.meta.url), {
      workerData: request,
      execArgv: ['-C', 'media-nommer:source'],
    });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
