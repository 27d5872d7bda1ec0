import type { Command } from 'commander';
import { openResources } from '../choose-place.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { handle } from '../handle.ts';
import { reportError } from '../report-error.ts';
import { renderStepList } from '../render/render-step-list.ts';

interface SetupOptions {
  readonly dryRun?: boolean;
  readonly mediaBucket?: readonly string[];
}

interface Step {
  readonly kind: string;
  readonly name: string;
  /** `unknown`: could not be looked at, or not be made. */
  readonly state: 'there' | 'missing' | 'created' | 'unknown';
}

export function addSetupCommand(program: Command): void {
  program
    .command('setup')
    .summary('create on AWS what is missing')
    .description('Creates on AWS what is missing. What is there stays as it is.')
    .option('--dry-run', 'only show what there is and what is missing')
    .option('--media-bucket <name...>', "buckets of media that nodes' role may read and write")
    .action(handle<SetupOptions>(setUp));
}

async function setUp(
  { nomconf, output }: CommandContext,
  _args: readonly string[],
  { dryRun = false, mediaBucket = [] }: SetupOptions,
): Promise<ExitCode> {
  const opened = openResources(nomconf.settings, mediaBucket);
  const steps: Step[] = [];
  try {
    for (const resource of opened.resources) {
      const { kind, name, isEssential } = resource;
      let state: Step['state'];
      try {
        const isThere = await resource.isThere();
        if (!isThere && !dryRun) await resource.create();
        state = isThere ? 'there' : dryRun ? 'missing' : 'created';
      } catch (thrown: unknown) {
        if (isEssential) throw thrown;
        if (!output.isJson) reportError(thrown, { output, subject: kind });
        state = 'unknown';
      }
      const step = { kind, name, state };
      steps.push(step);
      if (output.isJson) output.emit(step);
    }
  } finally {
    await opened.close();
    if (!output.isJson && steps.length > 0) {
      output.print(renderStepList(steps, output.paper()));
    }
  }
  for (const note of opened.notes) output.note(note);
  return EXIT_CODE.ok;
}
