import { CommanderError, InvalidArgumentError, type Command } from 'commander';
import { createContext, type CommandContext, type GlobalOptions } from './command-context.ts';
import { EXIT_CODE, type ExitCode } from './exit-code.ts';
import { createOutput } from './output.ts';
import { reportError } from './report-error.ts';

/** What a command does. @param args in the order of the command line */
export type Act<Options> = (
  context: CommandContext,
  args: readonly string[],
  options: Options,
) => Promise<ExitCode>;

/** Makes a command's action: settings and client before it, errors and the exit code after it. */
export function handle<Options extends object = object>(act: Act<Options>) {
  return async function (this: Command): Promise<void> {
    const options = this.optsWithGlobals<Options & GlobalOptions>();
    let context: CommandContext | undefined;
    try {
      context = await createContext(options);
      process.exitCode = await act(context, this.args, options);
    } catch (thrown: unknown) {
      if (thrown instanceof InvalidArgumentError) this.error(`error: ${thrown.message}`);
      if (thrown instanceof CommanderError) throw thrown;
      const output = context?.output ?? createOutput(options.json === true);
      reportError(thrown, { output, url: context?.url });
      // What fails before there is a context: the nomconf, or --url.
      process.exitCode = context === undefined ? EXIT_CODE.usage : EXIT_CODE.failed;
    }
  };
}
