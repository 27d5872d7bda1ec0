import { InvalidArgumentError, Option, type Command } from 'commander';
import { JOB_STATES, type JobState } from '../../core/job-states.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { handle } from '../handle.ts';
import { renderJobList } from '../render/render-job-list.ts';

interface ListOptions {
  readonly state?: JobState;
  readonly limit: number;
  readonly all?: boolean;
}

const PAGE = 200;

export function addListCommand(program: Command): void {
  program
    .command('list')
    .summary('list jobs')
    .description('Lists jobs, newest first.')
    .addOption(
      new Option('--state <state>', 'only jobs in this state')
        .choices(JOB_STATES)
        .argParser((text: string) => readState(text)),
    )
    .option('--limit <n>', 'how many at most', readLimit, 20)
    .option('--all', 'all there are')
    .action(handle<ListOptions>(listJobs));
}

async function listJobs(
  { client, output }: CommandContext,
  _args: readonly string[],
  { state, limit, all }: ListOptions,
): Promise<ExitCode> {
  let left = all === true ? Infinity : limit;
  let cursor: string | undefined;
  let isFirst = true;
  do {
    const page = await client.list({ state, cursor, limit: Math.min(left, PAGE) });
    if (output.isJson) for (const job of page.jobs) output.emit(job);
    else if (page.jobs.length > 0) {
      const table = renderJobList(page.jobs, output.paper(), Date.now());
      output.print(isFirst ? table : table.slice(table.indexOf('\n') + 1));
      isFirst = false;
    }
    left -= page.jobs.length;
    ({ cursor } = page);
  } while (cursor !== undefined && left > 0);

  if (output.isJson) return EXIT_CODE.ok;
  const which = state === undefined ? '' : ` in ${state}`;
  if (isFirst) output.note(`There are no jobs${which}.`);
  else if (cursor !== undefined && output.isTerminal) {
    output.note(output.paintNote('faint', 'There are more: --limit N, or --all'));
  }
  return EXIT_CODE.ok;
}

/** Takes states however they are typed. */
function readState(text: string): JobState {
  const state = JOB_STATES.find((each) => each === text.toUpperCase());
  if (state !== undefined) return state;
  throw new InvalidArgumentError(`It must be one of ${JOB_STATES.join(', ')}.`);
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new InvalidArgumentError('It must be a whole number from 1 on.');
}
