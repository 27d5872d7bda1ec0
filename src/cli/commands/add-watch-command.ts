import type { Command } from 'commander';
import type { WireJob } from '../../core/job-wire.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { forEachJob } from '../for-each-job.ts';
import { handle } from '../handle.ts';
import { listOpenJobs } from '../list-open-jobs.ts';
import { watchToTheEnd } from '../progress/watch-to-the-end.ts';

export function addWatchCommand(program: Command): void {
  program
    .command('watch')
    .summary('show how far jobs are')
    .description(
      'Shows how far jobs are until they have ended. Without ids, all that are waiting or under way now. ' +
        'Ctrl-C leaves them running.',
    )
    .argument('[id...]', "jobs' ids")
    .action(
      handle(async (context, ids) => {
        const jobs = new Map<string, WireJob>();
        if (ids.length === 0) {
          for (const job of await listOpenJobs(context.client)) jobs.set(job.unique_id, job);
          if (jobs.size === 0) context.output.note('No job is waiting or under way.');
        }
        const found = await forEachJob(context, ids, async (id) => {
          jobs.set(id, await context.client.get(id));
        });
        if (jobs.size === 0) return found;
        const seen = await watchToTheEnd([...jobs.values()], context);
        return seen === EXIT_CODE.ok ? found : seen;
      }),
    );
}
