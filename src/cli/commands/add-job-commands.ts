import type { Command } from 'commander';
import { isFinishedState } from '../../core/job-states.ts';
import { forEachJob } from '../for-each-job.ts';
import { handle } from '../handle.ts';
import { nameOfUri } from '../render/format-uri.ts';
import { printableLines } from '../render/printable.ts';
import { renderJob } from '../render/render-job.ts';

/** The commands about jobs that somebody names. An id's first digits are enough. */
export function addJobCommands(program: Command): void {
  program
    .command('status')
    .summary('show all there is to know of a job')
    .description('Shows all there is to know of a job.')
    .argument('<id...>', "a job's id; its first digits are enough")
    .action(
      handle((context, ids) =>
        forEachJob(context, ids, async (id) => {
          const { client, output } = context;
          const job = await client.get(id);
          if (output.isJson) output.emit(job);
          else output.print(renderJob(job, output.paper(), Date.now()));
        }),
      ),
    );

  program
    .command('cancel')
    .summary('cancel jobs')
    .description('Cancels jobs: one that waits never starts, one that runs stops within seconds.')
    .argument('<id...>', "jobs' ids")
    .action(
      handle((context, ids) =>
        forEachJob(context, ids, async (id) => {
          const { client, output } = context;
          const job = await client.cancel(id);
          const name = nameOfUri(job.source_path);
          if (output.isJson) output.emit(job);
          else if (isFinishedState(job.job_state)) output.print(`Cancelled: ${name}`);
          else output.print(`Cancelling: ${name} (its node stops within seconds)`);
        }),
      ),
    );

  program
    .command('retry')
    .summary('start failed jobs anew')
    .description('Starts jobs anew that ended in ERROR, ABANDONED or CANCELLED.')
    .argument('<id...>', "jobs' ids")
    .action(
      handle((context, ids) =>
        forEachJob(context, ids, async (id) => {
          const { client, output } = context;
          const job = await client.retry(id);
          if (output.isJson) output.emit(job);
          else output.print(`Waiting again: ${nameOfUri(job.source_path)}`);
        }),
      ),
    );

  program
    .command('log')
    .summary('print what FFmpeg said')
    .description("Prints the end of what FFmpeg said in a job's latest attempt.")
    .argument('<id>', "a job's id")
    .action(
      handle((context, ids) =>
        forEachJob(context, ids, async (id) => {
          const { client, output } = context;
          const log = await client.log(id);
          if (output.isJson) output.emit({ unique_id: id, log });
          else if (log.trim() === '') output.note('Nothing has been logged for this job.');
          else output.print(printableLines(log.trimEnd()));
        }),
      ),
    );
}
