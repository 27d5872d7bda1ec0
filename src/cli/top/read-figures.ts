import type { Client } from '../../client/client.ts';
import { NommerError } from '../../core/errors.ts';
import type { FarmFigures, LastHour } from './farm.ts';

const HOUR_MS = 3_600_000;

/** Asks feederd for the figures of the installation. @throws FeederdError */
export async function readFigures(client: Client, signal?: AbortSignal): Promise<FarmFigures> {
  const [stats, nodes, lastHour] = await Promise.all([
    client.stats({ signal }),
    client.nodes({ signal }),
    readLastHour(client, signal),
  ]);
  return { stats, nodes, lastHour };
}

async function readLastHour(client: Client, signal?: AbortSignal): Promise<LastHour | null> {
  try {
    const since = new Date(Date.now() - HOUR_MS).toISOString();
    const { finished, failed } = await client.history(since, { signal });
    return { finished: sum(finished), failed: sum(failed) };
  } catch (thrown: unknown) {
    // Not for a token that sees only its own jobs.
    if (thrown instanceof NommerError && thrown.code === 'FORBIDDEN') return null;
    throw thrown;
  }
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, each) => total + each, 0);
}
