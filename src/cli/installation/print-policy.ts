import type { AwsResources } from '../choose-place.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { lookAtAll, requireCredentials } from './look-at-all.ts';
import { sayNotes } from './say.ts';

export type PolicyOf = 'feederd' | 'nommer';

/** Prints a policy for IAM to take as it is. Nothing is changed. */
export async function printPolicy(
  of: PolicyOf,
  opened: AwsResources,
  context: CommandContext,
): Promise<ExitCode> {
  const looks = await lookAtAll(opened.resources, opened);
  requireCredentials(looks);
  const text = JSON.stringify(await opened.policy(`${of}-policy`, looks), undefined, 2);
  context.output.print(text);
  if (text.includes('${ACCOUNT}')) {
    const note =
      'Write the number of your account for ${ACCOUNT}: nothing is there yet that tells it. After setup it is known.';
    sayNotes([['warning', note]], context);
  }
  return EXIT_CODE.ok;
}
