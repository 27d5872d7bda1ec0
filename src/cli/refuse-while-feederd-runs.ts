import { NommerError } from '../core/errors.ts';
import { redact } from '../core/redact.ts';
import type { CommandContext } from './command-context.ts';
import { FeederdUnreachable } from '../client/send-request.ts';

/**
 * For commands that take away what feederd works with.
 * @param because what feederd would do, and perhaps what to do about it
 * @throws NommerError BADINPUT
 */
export async function refuseWhileFeederdRuns(
  { client, url }: CommandContext,
  because: string,
): Promise<void> {
  try {
    await client.ready();
  } catch (thrown: unknown) {
    if (thrown instanceof FeederdUnreachable) return;
  }
  throw new NommerError('BADINPUT', `feederd runs at ${redact(url)}, and ${because}`);
}
