import type { Command } from 'commander';
import type { Place } from '../../core/ports.ts';
import { openPlace } from '../choose-place.ts';
import type { CommandContext } from '../command-context.ts';
import { confirm, requireName } from '../confirm.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { handle } from '../handle.ts';
import { countJobs, describeJobs } from '../installation/count-jobs.ts';
import { describePlace, installationName } from '../installation/describe-place.ts';
import { sayNotes } from '../installation/say.ts';
import { refuseWhileFeederdRuns } from '../refuse-while-feederd-runs.ts';
import { plural } from '../../core/format-figures.ts';

interface WipeOptions {
  readonly yes?: string;
  readonly force?: boolean;
}

export function addWipeCommand(program: Command): void {
  program
    .command('wipe')
    .summary('forget all jobs')
    .description(
      'Deletes every job and every message about one, for good. Media and settings stay. ' +
        'Stop feederd first: it would go on with the jobs that it knows.',
    )
    .option(
      '--yes <name>',
      "do not ask; the installation's name (in aws DYNAMODB_JOB_STATE_TABLE, else the last part of DATA_DIR)",
    )
    .option('--force', 'also while feederd runs')
    .action(
      handle<WipeOptions>(async (context, _, { yes, force = false }) => {
        const { settings } = context.nomconf;
        requireName(installationName(settings), yes);
        const place = await openPlace(settings);
        const because = 'would go on with the jobs that it knows';
        const { leadership } = place;
        try {
          const doubt = force
            ? undefined
            : await refuseWhileFeederdRuns(context, { leadership, because });
          return await wipe(place, { context, yes, doubt });
        } finally {
          await place.close();
        }
      }),
    );
}

interface Wipe {
  readonly context: CommandContext;
  readonly yes: string | undefined;
  /** Whether a feederd runs, where that is not known. */
  readonly doubt: string | undefined;
}

async function wipe(place: Place, { context, yes, doubt }: Wipe): Promise<ExitCode> {
  const { output, nomconf } = context;
  const [jobs, messages, nodes] = await Promise.all([
    countJobs(place.store),
    countMessages(place),
    place.nodeStates.list(),
  ]);
  if (jobs.total === 0 && jobs.unfinished === 0 && messages === 0) {
    if (output.isJson) output.emit({ wiped: 0, unfinished: 0 });
    else sayNotes([['active', 'There is nothing to delete.']], context);
    return EXIT_CODE.ok;
  }
  const where = describePlace(nomconf.settings);
  const parts = [describeJobs(jobs), plural(messages, 'message')];
  const loss = `${where} is about to lose, for good: ${parts.join(', ')}.`;
  const name = installationName(nomconf.settings);
  const atWork =
    nodes.length === 0 ? undefined : `${plural(nodes.length, 'node')} may be at work on them.`;
  const paragraphs = [loss, atWork, doubt].filter((each) => each !== undefined);
  const answer = await confirm({ name, paragraphs }, yes, context);
  if (answer !== EXIT_CODE.ok) return answer;

  const wiped = await place.store.wipe();
  // After the jobs: a message without its job does nothing.
  await Promise.all([place.newJobs.wipe(), place.stateChanges.wipe()]);
  const { unfinished } = jobs;
  if (output.isJson) output.emit({ wiped, unfinished });
  else output.print(`Deleted: ${plural(wiped, 'job')}, ${unfinished} of them unfinished.`);
  return EXIT_CODE.ok;
}

async function countMessages({ newJobs, stateChanges }: Place): Promise<number> {
  const depths = await Promise.all([newJobs.depth(), stateChanges.depth()]);
  return depths.reduce(
    (sum, { waiting, delayed, inFlight }) => sum + waiting + delayed + inFlight,
    0,
  );
}
