import { fileURLToPath } from 'node:url';
import { loadNomconf } from '../conf/load-nomconf.ts';
import { serviceVariables } from '../conf/service-variables.ts';
import { readCommandLine } from '../daemon/read-command-line.ts';
import { startDaemon } from '../daemon/start-daemon.ts';
import { runFeederd } from './feederd.ts';

const USAGE = `Usage: feederd [options]

Takes jobs by HTTP, stores and queues them, and sees to it that enough nodes run.

  --config FILE    the nomconf to use (default: $NOMCONF, else nomconf.ts here)
  -h, --help       show this
  -V, --version    show the version
`;

/** How long open requests may go on after feederd was told to stop. */
const GRACE_SECONDS = 10;

/** The command line of feederd. @param args without node and script */
export async function startFeederd(args: readonly string[]): Promise<void> {
  const values = readCommandLine(args, {
    name: 'feederd',
    usage: USAGE,
    options: { config: { type: 'string' } },
  });
  if (values === undefined) return;
  const configArgs = values.config === undefined ? [] : ['--config', values.config];
  await startDaemon({
    name: 'feederd',
    loadSettings: async () => (await loadNomconf({ configPath: values.config })).settings,
    graceSeconds: () => GRACE_SECONDS,
    run: (parts, signals) =>
      runFeederd({ ...parts, nodeCommand: [...nommerdCommand(), ...configArgs] }, signals),
    serviceVariables: serviceVariables(),
  });
}

/** nommerd beside this very file, run by this very Node in the same way. */
function nommerdCommand(): readonly string[] {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const script = fileURLToPath(new URL(`../nommerd/main.${extension}`, import.meta.url));
  return [process.execPath, ...process.execArgv, script, '--local', '--from-fleet'];
}
