import type { Client } from '../../client/client.ts';
import { NommerError } from '../../core/errors.ts';
import { redact } from '../../core/redact.ts';
import { FeederdUnreachable } from '../../client/feederd-error.ts';
import { explainError, TOKEN_ADVICE } from '../explain-error.ts';
import type { Check } from './check.ts';

/** Whether feederd answers, and has all it needs. Not to run yet is no fault. */
export async function checkFeederd(client: Client, url: string): Promise<Check> {
  const name = 'feederd';
  try {
    await client.ready();
    const nodes = await client.nodes();
    const count = nodes.length === 1 ? '1 node' : `${nodes.length} nodes`;
    return { name, verdict: 'ok', found: `${redact(url)}, ${count}` };
  } catch (thrown: unknown) {
    if (thrown instanceof FeederdUnreachable) {
      const found = `does not answer at ${redact(url)}`;
      return { name, verdict: 'warning', found, advice: 'Start it: npm run feederd' };
    }
    const isRefused = thrown instanceof NommerError && thrown.code === 'UNAUTHORIZED';
    return {
      name,
      verdict: isRefused ? 'warning' : 'problem',
      found: `${redact(url)}: ${isRefused ? thrown.message : explainError(thrown, undefined)}`,
      advice: isRefused ? `${TOKEN_ADVICE}.` : 'Its log says more.',
    };
  }
}
