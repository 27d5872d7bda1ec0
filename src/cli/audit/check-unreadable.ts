import { JobUnreadable, type UnreadableJob } from '../../core/unreadable-job.ts';
import { problem, subjectOf, type Finding, type Suspicion } from './finding.ts';
import type { Installation } from './open-installation.ts';

const ADVICE =
  'Nobody works on it, or lists it. Restore it from a backup, or delete it: see README, Operations.';

/** Tells of jobs that a list has left out because nobody can read them. */
export function checkUnreadable(
  { store }: Installation,
  unreadable: readonly UnreadableJob[],
): readonly Suspicion[] {
  return unreadable.map((job) => ({
    finding: findingOf(job),
    lookAgain: async () => {
      try {
        await store.get(job.id);
        return undefined;
      } catch (thrown: unknown) {
        if (thrown instanceof JobUnreadable) return findingOf(thrown);
        throw thrown;
      }
    },
  }));
}

function findingOf({ id, reason }: UnreadableJob): Finding {
  const found = `cannot be read as it is stored: ${reason}`;
  return problem('unreadable', subjectOf({ uniqueId: id }), found, ADVICE);
}
