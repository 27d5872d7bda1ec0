import { InvalidArgumentError, type Command } from 'commander';
import { openResources } from '../choose-place.ts';
import type { CommandContext } from '../command-context.ts';
import { confirm } from '../confirm.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { handle } from '../handle.ts';
import { refuseWhileFeederdRuns } from '../refuse-while-feederd-runs.ts';
import { renderStepList } from '../render/render-step-list.ts';
import { reportError } from '../report-error.ts';

interface TeardownOptions {
  readonly dryRun?: boolean;
  readonly yes?: string;
}

type Resource = ReturnType<typeof openResources>['resources'][number];

interface Step {
  readonly kind: string;
  readonly name: string;
  /** `foreign`: without the installation's tag, and so left alone. */
  readonly state: 'own' | 'foreign' | 'missing' | 'unknown' | 'deleted';
}

export function addTeardownCommand(program: Command): void {
  program
    .command('teardown')
    .summary('delete from AWS what setup made')
    .description(
      'Ends the instances and deletes what setup made, with all jobs. Stop feederd first.\n' +
        "What does not bear the installation's tag is left alone, and so is a bucket that holds\n" +
        'other things than settings.',
    )
    .option('--dry-run', 'only show what would be deleted')
    .option('--yes <name>', 'do not ask; the name of the installation (DYNAMODB_JOB_STATE_TABLE)')
    .action(handle<TeardownOptions>(tearDown));
}

async function tearDown(
  context: CommandContext,
  _args: readonly string[],
  { dryRun = false, yes }: TeardownOptions,
): Promise<ExitCode> {
  const { nomconf, output } = context;
  const name = nomconf.settings.jobStateTable;
  if (yes !== undefined && yes !== name) {
    throw new InvalidArgumentError(`--yes takes the installation's name, "${name}".`);
  }
  const opened = openResources(nomconf.settings);
  try {
    if (!dryRun) await refuseWhileFeederdRuns(context, 'would launch new instances. Stop it first');
    // What uses others goes before them.
    const all = [...(await opened.instances()), ...opened.resources.toReversed()];
    const plan = await Promise.all(all.map((resource) => look(resource, context)));
    if (dryRun || !output.isJson) show(plan, context);
    if (dryRun) return EXIT_CODE.ok;
    const count = plan.filter(({ state }) => state === 'own').length;
    if (count === 0) {
      output.note('There is nothing to delete.');
      return EXIT_CODE.ok;
    }
    const text = `What is "own", ${count} things, is about to be deleted, and all jobs with it.`;
    const option = `--yes ${name}`;
    if (yes === undefined && !(await confirm({ text, word: name, option }))) {
      output.note('Nothing was deleted.');
      return EXIT_CODE.failed;
    }
    const steps: Step[] = [];
    for (const [index, resource] of all.entries()) {
      if (plan[index]?.state === 'own') steps.push(await remove(resource, context));
    }
    show(steps, context);
    return steps.every(({ state }) => state === 'deleted') ? EXIT_CODE.ok : EXIT_CODE.failed;
  } finally {
    await opened.close();
  }
}

async function look(resource: Resource, context: CommandContext): Promise<Step> {
  return await step(resource, context, async () => {
    if (!(await resource.isThere())) return 'missing';
    return (await resource.isOwn()) ? 'own' : 'foreign';
  });
}

async function remove(resource: Resource, context: CommandContext): Promise<Step> {
  return await step(resource, context, async () => {
    // Somebody may have taken their time to confirm.
    if (!(await resource.isThere())) return 'deleted';
    if (!(await resource.isOwn())) return 'foreign';
    await resource.remove();
    return 'deleted';
  });
}

/** The rest goes on when one thing cannot be deleted. */
async function step(
  { kind, name }: Resource,
  { output }: CommandContext,
  act: () => Promise<Step['state']>,
): Promise<Step> {
  try {
    return { kind, name, state: await act() };
  } catch (thrown: unknown) {
    if (!output.isJson) reportError(thrown, { output, subject: kind });
    return { kind, name, state: 'unknown' };
  }
}

function show(steps: readonly Step[], { output }: CommandContext): void {
  if (output.isJson) {
    for (const each of steps) output.emit(each);
    return;
  }
  output.print(renderStepList(steps, output.paper()));
}
