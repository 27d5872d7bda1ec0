import { NommerError } from '../core/errors.ts';
import { createLogger, type Logger } from './logger.ts';
import { notifySystemd } from './notify-systemd.ts';
import { runDaemon, type DaemonSignals } from './run-daemon.ts';
import { systemClock } from './system-clock.ts';

export interface DaemonParts<S> {
  readonly settings: S;
  readonly logger: Logger;
  /** To be called once, when the daemon can do its work. */
  readonly onReady: () => void;
}

export interface Daemon<S extends { readonly logLevel: string }> {
  readonly name: string;
  /** @throws NommerError BAD_SETTING */
  readonly loadSettings: () => Promise<S>;
  /** How long after stop comes abort. */
  readonly graceSeconds: (settings: S) => number;
  readonly run: (parts: DaemonParts<S>, signals: DaemonSignals) => Promise<void>;
  /** What a service manager has put into the environment. */
  readonly serviceVariables: Readonly<Record<string, string | undefined>>;
}

/** sysexits' EX_CONFIG: systemd's RestartPreventExitStatus can tell it from a crash. */
const EXIT_BAD_CONFIG = 78;
const EXIT_FAILED = 1;

/** Makes this process a daemon: settings, logger, signals, exit code. */
export async function startDaemon<S extends { readonly logLevel: string }>(
  daemon: Daemon<S>,
): Promise<void> {
  let settings: S;
  try {
    settings = await daemon.loadSettings();
  } catch (thrown: unknown) {
    if (!isBadSetting(thrown)) throw thrown;
    process.stderr.write(`${daemon.name}: ${thrown.message}\n`);
    process.exitCode = EXIT_BAD_CONFIG;
    return;
  }
  const { name } = daemon;
  const logger = createLogger({ name, level: settings.logLevel, pretty: process.stdout.isTTY });
  const run = (signals: DaemonSignals) =>
    notifySystemd((onReady) => daemon.run({ settings, logger, onReady }, signals), {
      variables: daemon.serviceVariables,
      stop: signals.stop,
      clock: systemClock,
      logger,
    });
  await runDaemon(run, {
    graceSeconds: daemon.graceSeconds(settings),
    onSignal: (message) => logger.info(message),
    onFatal: (thrown) => {
      // What a person has to put right is told without a stack trace.
      if (isBadSetting(thrown)) {
        logger.fatal(thrown.message);
        return EXIT_BAD_CONFIG;
      }
      logger.fatal({ err: thrown }, `${name} ends with an error`);
      return EXIT_FAILED;
    },
  });
}

function isBadSetting(thrown: unknown): thrown is NommerError {
  return thrown instanceof NommerError && thrown.code === 'BAD_SETTING';
}
