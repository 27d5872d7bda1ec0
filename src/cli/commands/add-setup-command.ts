import { InvalidArgumentError, Option, type Command } from 'commander';
import { openResources } from '../choose-place.ts';
import { handle } from '../handle.ts';
import { printPolicy, type PolicyOf } from '../installation/print-policy.ts';
import { setUp } from '../installation/set-up.ts';
import { sayWait } from '../installation/say.ts';

interface SetupOptions {
  readonly dryRun?: boolean;
  readonly mediaBucket?: readonly string[];
  readonly printPolicy?: PolicyOf;
}

export function addSetupCommand(program: Command): void {
  program
    .command('setup')
    .summary('create on AWS what is missing')
    .description(
      'Creates on AWS what is missing, and puts right what an earlier setup made and is not as it should be. ' +
        'Tables, and what somebody else made, stay as they are.',
    )
    .option('--dry-run', 'only show what there is and what would be done')
    .addOption(
      new Option(
        '--media-bucket <name...>',
        'buckets of media for nodes to read and write, besides those they may already',
      ).argParser(addBucket),
    )
    .addOption(
      new Option(
        '--print-policy <of>',
        "print the policy of feederd's role, or of the nodes', and do nothing",
      ).choices(['feederd', 'nommer']),
    )
    .action(
      handle<SetupOptions>(async (context, _, options) => {
        const { dryRun = false, mediaBucket = [], printPolicy: of } = options;
        const opened = await openResources(context.nomconf.settings, {
          mediaBuckets: mediaBucket,
          onWait: (what) => sayWait(what, context),
        });
        try {
          if (of !== undefined) return await printPolicy(of, opened, context);
          return await setUp(opened, { dryRun, context });
        } finally {
          await opened.close();
        }
      }),
    );
}

/** Takes `s3://NAME/`, too. @throws InvalidArgumentError for what no bucket can be called */
function addBucket(given: string, others: readonly string[] = []): readonly string[] {
  const [, name = ''] = /^(?:s3:\/\/)?([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/u.exec(given) ?? [];
  if (name === '') throw new InvalidArgumentError('It is no name of a bucket.');
  return [...others, name];
}
