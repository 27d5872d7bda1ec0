import { hostname } from 'node:os';
import { loadNomconf } from '../conf/load-nomconf.ts';
import type { Settings } from '../conf/settings.ts';
import { serviceVariables } from '../conf/service-variables.ts';
import { readCommandLine } from '../daemon/read-command-line.ts';
import { startDaemon } from '../daemon/start-daemon.ts';
import { systemClock } from '../daemon/system-clock.ts';
import { untilReached } from '../daemon/until-reached.ts';
import { fetchNomconf, openInstance } from './choose-place.ts';
import { runNommerd } from './nommerd.ts';

const USAGE = `Usage: nommerd [options]

Takes jobs from the new-job queue and encodes them on this machine.

  --config FILE    the nomconf to use (default: $NOMCONF, else nomconf.ts here)
  -l, --local      this is no EC2 instance: ask no metadata server
  --node-id ID     what this node is called (default: made up)
  --from-fleet     feederd launched this node and looks after it
  -h, --help       show this
  -V, --version    show the version
`;

const GIVE_UP_AFTER_MS = 120_000;

/** The command line of nommerd. @param args without node and script */
export async function startNommerd(args: readonly string[]): Promise<void> {
  const values = readCommandLine(args, {
    name: 'nommerd',
    usage: USAGE,
    options: {
      config: { type: 'string' },
      local: { type: 'boolean', short: 'l' },
      'node-id': { type: 'string' },
      'from-fleet': { type: 'boolean' },
    },
  });
  if (values === undefined) return;
  const isLocal = values.local ?? false;
  const fromFleet = values['from-fleet'] ?? false;
  await startDaemon({
    name: 'nommerd',
    loadSettings: async () => {
      const fetching = isLocal ? {} : { fetchNomconf: insistOnNomconf };
      return (await loadNomconf({ configPath: values.config, ...fetching })).settings;
    },
    graceSeconds: (settings) => settings.shutdownGraceSeconds,
    run: async (parts, signals) => {
      const instance =
        isLocal || parts.settings.backend === 'local' ? undefined : openInstance(parts.settings);
      const nodeId =
        values['node-id'] ?? (await instance?.instanceId()) ?? `${hostname()}-${process.pid}`;
      const interruptions = instance && { interruptions: instance };
      await runNommerd({ ...parts, nodeId, fromFleet, ...interruptions }, signals);
    },
    serviceVariables: serviceVariables(),
  });
}

/** A machine that has just started may be without network or credentials for a while. */
function insistOnNomconf(bootstrap: Settings): ReturnType<typeof fetchNomconf> {
  const options = { clock: systemClock, giveUpAfterMs: GIVE_UP_AFTER_MS };
  return untilReached(() => fetchNomconf(bootstrap), options);
}
