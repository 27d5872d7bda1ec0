import { Argument, type Command } from 'commander';
import { complete } from '../completion/complete.ts';
import { COMPLETION_SCRIPTS, SHELLS, type Shell } from '../completion/scripts.ts';
import { createOutput } from '../output.ts';

/** These two need no nomconf, and no feederd. */
export function addCompletionCommands(program: Command): void {
  program
    .command('completion')
    .summary('teach the shell to complete')
    .description(
      'Prints what the shell needs to complete commands, options, presets and ids of jobs. For example:\n' +
        '  source <(media-nommer completion bash)    # in ~/.bashrc; zsh likewise, in ~/.zshrc\n' +
        '  media-nommer completion fish | source     # in ~/.config/fish/config.fish',
    )
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(SHELLS))
    .action((shell: Shell) => {
      const script = COMPLETION_SCRIPTS[shell];
      const output = createOutput(program.opts<{ json?: boolean }>().json === true);
      if (output.isJson) output.emit({ shell, script });
      else process.stdout.write(script);
    });

  program
    .command('complete', { hidden: true })
    .description('Answers the scripts of "completion".')
    .argument('[word...]')
    .action(async (words: readonly string[]) => {
      process.stdout.write(await complete(program, words));
    });
}
