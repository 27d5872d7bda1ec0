import type { LeaderRecord } from '../../core/ports.ts';
import { plural } from '../../core/format-figures.ts';
import { readOpenJobs, type OpenJobs } from './check-queue.ts';
import { problem, type Finding, type Suspicion } from './finding.ts';
import type { Installation } from './open-installation.ts';

const LOOK_AGAIN_MS = 1000;

/**
 * Whether a feederd leads while there is something to do. One that ran on this machine is known to be gone
 * or not; any other one shows that it lives by raising its term, which is watched from now on.
 * @param options.silenceMs who leads and lives raises its term within so long
 */
export async function watchLeader(
  installation: Installation,
  { silenceMs }: { readonly silenceMs: number },
): Promise<{ suspicions(open: OpenJobs): readonly Suspicion[] }> {
  const { leadership, isGone } = installation;
  const first = await leadership.read();
  const watchedSince = performance.now();

  return {
    suspicions({ unfinished }) {
      if (unfinished === 0) return [];
      const finding = findingOf(unfinished);
      const lookAgain = async () => {
        if (await lives()) return undefined;
        const open = await readOpenJobs(installation);
        return open.unfinished === 0 ? undefined : findingOf(open.unfinished);
      };
      return [{ finding, lookAgain }];
    },
  };

  async function lives(): Promise<boolean> {
    for (;;) {
      const record = await leadership.read();
      if (isNobody(record)) return false;
      if (record.term !== first?.term) return true;
      const leftMs = watchedSince + silenceMs - performance.now();
      if (leftMs <= 0) return false;
      await new Promise((done) => setTimeout(done, Math.min(leftMs, LOOK_AGAIN_MS)));
    }
  }

  function isNobody(
    record: LeaderRecord | undefined,
  ): record is undefined | (LeaderRecord & { readonly holder: null }) {
    return record === undefined || record.holder === null || isGone(record.holder);
  }
}

function findingOf(unfinished: number): Finding {
  const found = `none runs, with ${plural(unfinished, 'unfinished job')} to see to`;
  return problem('feederd', 'feederd', found, 'Start it.');
}
