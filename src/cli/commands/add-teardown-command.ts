import type { Command } from 'commander';
import { openResources } from '../choose-place.ts';
import { requireName } from '../confirm.ts';
import { handle } from '../handle.ts';
import { installationName } from '../installation/describe-place.ts';
import { sayWait } from '../installation/say.ts';
import { tearDown } from '../installation/tear-down.ts';

interface TeardownOptions {
  readonly dryRun?: boolean;
  readonly yes?: string;
}

export function addTeardownCommand(program: Command): void {
  program
    .command('teardown')
    .summary('delete from AWS what setup made')
    .description(
      'Ends the instances and deletes what setup made, with all jobs. Stop feederd first. ' +
        "What does not bear the installation's tag is left alone, and so is a bucket that holds " +
        'other things than settings.',
    )
    .option('--dry-run', 'only show what would be deleted')
    .option('--yes <name>', 'do not ask; the name of the installation (DYNAMODB_JOB_STATE_TABLE)')
    .action(
      handle<TeardownOptions>(async (context, _, { dryRun = false, yes }) => {
        const { settings } = context.nomconf;
        const onWait = (what: string) => sayWait(what, context);
        const opened = await openResources(settings, { onWait });
        try {
          requireName(installationName(settings), yes);
          return await tearDown(opened, { dryRun, yes, context });
        } finally {
          await opened.close();
        }
      }),
    );
}
