import { InvalidArgumentError, type Command } from 'commander';
import { handle } from '../handle.ts';
import { printTop, runTop } from '../top/run-top.ts';

interface TopOptions {
  readonly once?: boolean;
}

export function addTopCommand(program: Command): void {
  program
    .command('top')
    .summary('a live view of jobs and nodes')
    .description(
      'Shows what the nodes do, what waits and what has ended, as it happens. Arrows scroll, q quits.',
    )
    .option('--once', 'print it once, also where there is no terminal (--json does the same)')
    .action(
      handle<TopOptions>((context, _, { once = false }) => {
        const { output } = context;
        if (once || output.isJson) return printTop(context);
        if (output.isTerminal) return runTop(context);
        throw new InvalidArgumentError('There is no terminal here: add --once, or --json.');
      }),
    );
}
