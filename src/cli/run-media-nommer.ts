import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addAuditCommand } from './commands/add-audit-command.ts';
import { addCompletionCommands } from './commands/add-completion-commands.ts';
import { addDemoCommand } from './commands/add-demo-command.ts';
import { addDoctorCommand } from './commands/add-doctor-command.ts';
import { addInstallationCommands } from './commands/add-installation-commands.ts';
import { addJobCommands } from './commands/add-job-commands.ts';
import { addListCommand } from './commands/add-list-command.ts';
import { addLogsCommand } from './commands/add-logs-command.ts';
import { addNotificationCommands } from './commands/add-notification-commands.ts';
import { addSetupCommand } from './commands/add-setup-command.ts';
import { addSubmitCommand } from './commands/add-submit-command.ts';
import { addTeardownCommand } from './commands/add-teardown-command.ts';
import { addTopCommand } from './commands/add-top-command.ts';
import { addWatchCommand } from './commands/add-watch-command.ts';
import { addWipeCommand } from './commands/add-wipe-command.ts';
import { EXIT_CODE } from './exit-code.ts';

const AFTER_HELP = `
Exit codes: 0 done, 1 a job, a check or a request failed, 2 wrong command line
or nomconf, 3 an audit could not look at everything, 130 stopped by Ctrl-C
(jobs go on).
With --json everything is one JSON value on a line of its own: every job,
notification, node, preset, setting, check, finding, line of a log and error.`;

/** The command line of media-nommer. Sets the exit code. @param args without node and script */
export async function runMediaNommer(args: readonly string[]): Promise<void> {
  process.stdout.once('error', endWithoutReader);
  try {
    await createProgram().parseAsync([...args], { from: 'user' });
  } catch (thrown: unknown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    process.exitCode = exitCodeOf(thrown);
  }
}

/** A reader that has had enough (head, a closed terminal) is like Ctrl-C: what has begun is ended first. */
function endWithoutReader(): void {
  process.stdout.on('error', () => {});
  if (process.listenerCount('SIGINT') === 0) process.exit();
  process.emit('SIGINT');
}

function createProgram(): Command {
  const program = new Command('media-nommer')
    .description('Submits media to encode to feederd, and shows what becomes of it.')
    .version(ownVersion(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .option('--url <url>', 'where feederd is (default: FEEDERD_HOST and FEEDERD_PORT)')
    .option('--token-file <file>', 'a file with the token for feederd (default: FEEDERD_TOKEN)')
    .option('--config <file>', 'the nomconf to use (default: $NOMCONF, else nomconf.ts here)')
    .option('--json', 'write JSON, for programs')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(see --help)')
    .addHelpText('after', AFTER_HELP)
    .exitOverride();
  addSubmitCommand(program);
  addWatchCommand(program);
  addTopCommand(program);
  addListCommand(program);
  addJobCommands(program);
  addLogsCommand(program);
  addNotificationCommands(program);
  addInstallationCommands(program);
  addSetupCommand(program);
  addTeardownCommand(program);
  addWipeCommand(program);
  addDoctorCommand(program);
  addAuditCommand(program);
  addDemoCommand(program);
  addCompletionCommands(program);
  return program.helpCommand(false);
}

/** Help that was asked for is no error; commander has told of everything else already. */
function exitCodeOf({ code }: CommanderError): number {
  const isAskedFor = code === 'commander.helpDisplayed' || code === 'commander.version';
  return isAskedFor ? EXIT_CODE.ok : EXIT_CODE.usage;
}

function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}
