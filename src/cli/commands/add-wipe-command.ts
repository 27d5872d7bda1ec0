import type { Command } from 'commander';
import { isFinishedState } from '../../core/job-states.ts';
import type { JobStore, Place } from '../../core/ports.ts';
import { openPlace } from '../choose-place.ts';
import type { CommandContext } from '../command-context.ts';
import { confirm } from '../confirm.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { handle } from '../handle.ts';
import { refuseWhileFeederdRuns } from '../refuse-while-feederd-runs.ts';

interface WipeOptions {
  readonly yes?: boolean;
  readonly force?: boolean;
}

const STOP_FIRST =
  'would go on with the jobs that it knows. Stop it first; --force wipes all the same';

export function addWipeCommand(program: Command): void {
  program
    .command('wipe')
    .summary('forget all jobs')
    .description(
      'Deletes every job and every message about one, for good. Media and settings stay.\n' +
        'Stop feederd first: it would go on with the jobs that it knows.',
    )
    .option('--yes', 'do not ask')
    .option('--force', 'also while feederd runs')
    .action(
      handle<WipeOptions>(async (context, _, { yes = false, force = false }) => {
        if (!force) await refuseWhileFeederdRuns(context, STOP_FIRST);
        const place = await openPlace(context.nomconf.settings);
        try {
          return await wipe(place, context, yes);
        } finally {
          await place.close();
        }
      }),
    );
}

async function wipe(place: Place, { output }: CommandContext, yes: boolean): Promise<ExitCode> {
  const unfinished = await countUnfinished(place.store);
  const text = `All jobs are about to be deleted, ${unfinished} of them unfinished.`;
  if (!yes && !(await confirm({ text, word: 'wipe', option: '--yes' }))) {
    output.note('Nothing was deleted.');
    return EXIT_CODE.failed;
  }
  const wiped = await place.store.wipe();
  // After the jobs: a message without its job does nothing.
  await Promise.all([place.newJobs.wipe(), place.stateChanges.wipe()]);
  if (output.isJson) output.emit({ wiped, unfinished });
  else output.print(`Deleted: ${wiped} jobs, ${unfinished} of them unfinished.`);
  return EXIT_CODE.ok;
}

async function countUnfinished(store: JobStore): Promise<number> {
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await store.open(cursor);
    count += page.jobs.filter((job) => !isFinishedState(job.jobState)).length;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return count;
}
