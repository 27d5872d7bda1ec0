import type { Command } from 'commander';
import { NommerError, received } from '../../core/errors.ts';
import type { WireDelivery, WireJob } from '../../core/job-wire.ts';
import type { CommandContext } from '../command-context.ts';
import { forEachJob } from '../for-each-job.ts';
import { handle } from '../handle.ts';
import { nameOfUri } from '../render/format-uri.ts';
import { inOrder, renderNotificationList } from '../render/render-notification-list.ts';

/** Who was told of a job, and telling them again. */
export function addNotificationCommands(program: Command): void {
  program
    .command('notifications')
    .summary('show who was told of a job')
    .description(
      "Shows a job's notifications: those that are pending and the latest of the past ones.",
    )
    .argument('<id...>', "jobs' ids")
    .action(
      handle((context, ids) =>
        forEachJob(context, ids, async (id) => {
          const { client, output } = context;
          const job = await client.get(id);
          if (output.isJson) return emitAll(job.deliveries, job, context);
          if (job.deliveries.length > 0) {
            output.print(renderNotificationList(job, output.paper(), Date.now()));
          } else output.note(`Nobody was told of ${nameOfUri(job.source_path)} yet.`);
        }),
      ),
    );

  program
    .command('redeliver')
    .summary('tell of a job again')
    .description(
      'Has notifications of a job delivered at once and with all their tries, again where they were\n' +
        'delivered already: under the same ids, so that receivers know them.',
    )
    .argument('<id>', "a job's id")
    .argument('[number...]', 'which: as "notifications" counts them (default: all not delivered)')
    .action(
      handle((context, [id = '', ...numbers]) =>
        forEachJob(context, [id], (uniqueId) => redeliver(uniqueId, numbers, context)),
      ),
    );
}

async function redeliver(
  uniqueId: string,
  numbers: readonly string[],
  context: CommandContext,
): Promise<void> {
  const { client, output } = context;
  let job = await client.get(uniqueId);
  const chosen = choose(job, numbers);
  for (const { id } of chosen) job = await client.redeliver(uniqueId, id);
  const ids = new Set(chosen.map(({ id }) => id));
  const again = job.deliveries.filter(({ id }) => ids.has(id));
  if (output.isJson) emitAll(again, job, context);
  else if (again.length === 0)
    output.note('All of its notifications are delivered; name one to repeat it.');
  else
    for (const { sequence, type } of inOrder(again))
      output.print(`Telling again: ${sequence} ${type}`);
}

function choose({ unique_id: uniqueId, deliveries }: WireJob, numbers: readonly string[]) {
  if (numbers.length === 0) {
    return inOrder(deliveries).filter(({ outcome }) => outcome !== 'delivered');
  }
  return numbers.map((number) => {
    const found = deliveries.find(
      ({ id, sequence }) => number === String(sequence) || number === id,
    );
    if (found !== undefined) return found;
    throw new NommerError(
      'UNKNOWN_NOTIFICATION',
      `Job ${uniqueId} has no such notification (any more); received ${received(number)}`,
    );
  });
}

function emitAll(
  deliveries: readonly WireDelivery[],
  { unique_id }: WireJob,
  { output }: CommandContext,
): void {
  for (const delivery of inOrder(deliveries)) output.emit({ unique_id, ...delivery });
}
