import { setTimeout } from 'node:timers/promises';
import { FeederdUnreachable } from '../client/feederd-error.ts';
import { NommerError } from '../core/errors.ts';
import type { Leadership } from '../core/ports.ts';
import { redact } from '../core/redact.ts';
import type { CommandContext } from './command-context.ts';
import { sayWait } from './installation/say.ts';
import { printable } from './render/printable.ts';

/** A feederd that leads shows that it lives every five seconds; so long it may have hiccups. */
const SILENCE_MS = 16_000;
const LOOK_AGAIN_MS = 1000;

interface Guard {
  /** Where a feederd on any machine would show. */
  readonly leadership: Leadership;
  /** What feederd would do. */
  readonly because: string;
}

/**
 * For commands that take away what feederd works with.
 * @returns what to tell a person where it could not be found out for sure
 * @throws NommerError BADINPUT when a feederd runs, here or elsewhere
 */
export async function refuseWhileFeederdRuns(
  context: CommandContext,
  { leadership, because }: Guard,
): Promise<string | undefined> {
  const { client, url } = context;
  const answers = await client.ready().then(
    () => true,
    (thrown: unknown) => !(thrown instanceof FeederdUnreachable),
  );
  if (answers) throw runs(`at ${redact(url)}`, because);
  try {
    const leader = await findLeader(leadership, context);
    if (leader === undefined) return undefined;
    throw runs(`as ${printable(leader)}, not here`, because);
  } catch (thrown: unknown) {
    if (thrown instanceof NommerError && thrown.code === 'BADINPUT') throw thrown;
    // The table is not there, or not readable.
    return `No feederd answers at ${redact(url)}. Make sure that none runs elsewhere: it ${because}.`;
  }
}

/** @returns who leads and lives */
async function findLeader(
  leadership: Leadership,
  context: CommandContext,
): Promise<string | undefined> {
  const first = await leadership.read();
  if (first === undefined || first.holder === null) return undefined;
  sayWait('up to 16 s: is the feederd that led here last still there?', context);
  const end = performance.now() + SILENCE_MS;
  while (performance.now() < end) {
    await setTimeout(LOOK_AGAIN_MS);
    const record = await leadership.read();
    if (record === undefined || record.holder === null) return undefined;
    if (record.term !== first.term) return record.holder;
  }
  return undefined;
}

function runs(where: string, because: string): NommerError {
  return new NommerError('BADINPUT', `feederd runs ${where}: it ${because}. Stop it first`);
}
