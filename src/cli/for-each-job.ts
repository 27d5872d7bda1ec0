import type { CommandContext } from './command-context.ts';
import { EXIT_CODE, type ExitCode } from './exit-code.ts';
import { FeederdUnreachable } from '../client/feederd-error.ts';
import { findJobId } from './find-job-id.ts';
import { reportError } from './report-error.ts';

/** Does something with each of the jobs that somebody named; one that fails does not stop the others. */
export async function forEachJob(
  context: CommandContext,
  given: readonly string[],
  act: (uniqueId: string) => Promise<void>,
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODE.ok;
  for (const each of given) {
    try {
      await act(await findJobId(each, context.client));
    } catch (thrown: unknown) {
      if (thrown instanceof FeederdUnreachable) throw thrown;
      reportError(thrown, { output: context.output, url: context.url, subject: each });
      exitCode = EXIT_CODE.failed;
    }
  }
  return exitCode;
}
