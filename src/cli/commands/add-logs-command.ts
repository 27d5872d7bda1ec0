import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { isErrnoException, NommerError } from '../../core/errors.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { handle } from '../handle.ts';
import { readLog } from '../logs/read-log.ts';
import { renderLogLine } from '../render/render-log-line.ts';

/** Fewer characters than that would be those of many jobs. */
const MIN_ID_LENGTH = 6;

export function addLogsCommand(program: Command): void {
  program
    .command('logs')
    .argument('<job>', 'its id, or how it begins')
    .argument('[file...]', 'more logs: files, or - for standard input')
    .summary('what both daemons have logged about a job')
    .description(
      'Shows what feederd and nodes have logged about a job, in the order of time. It looks into ' +
        'DATA_DIR/logs, where local nodes write to, and into the files that you name: feederd’s log, or ' +
        'with - what journalctl -u feederd -u nommerd -o cat prints.',
    )
    .action(handle(showLogs));
}

async function showLogs(
  { output, nomconf }: CommandContext,
  [jobId = '', ...given]: readonly string[],
): Promise<ExitCode> {
  if (jobId.length < MIN_ID_LENGTH) {
    throw new NommerError('BADINPUT', `Give ${MIN_ID_LENGTH} characters of the job's id or more`);
  }
  const files = [...(await logsIn(join(nomconf.settings.dataDir, 'logs'))), ...given];
  const logs = await Promise.all(files.map((file) => readLog(file, jobId)));
  const lines = logs.flat().toSorted((a, b) => a.time - b.time);
  if (output.isJson) for (const { fields } of lines) output.emit(fields);
  else for (const line of lines) output.print(renderLogLine(line, output.paper()));
  if (lines.length > 0) return EXIT_CODE.ok;
  output.note(
    `Nothing about ${jobId} is in ${files.length === 1 ? 'the log' : `${files.length} logs`}.`,
  );
  return EXIT_CODE.failed;
}

async function logsIn(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith('.log')).map((name) => join(folder, name));
  } catch (thrown: unknown) {
    if (isErrnoException(thrown) && thrown.code === 'ENOENT') return [];
    throw thrown;
  }
}
