import { readFileSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { isErrnoException } from '../core/errors.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

export interface CommandLine<O extends Options> {
  readonly name: string;
  readonly usage: string;
  /** As `parseArgs` of node:util has them, besides --help and --version. */
  readonly options: O;
}

type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>['values'];

/** sysexits' EX_USAGE: systemd's RestartPreventExitStatus can tell it from a crash. */
const EXIT_USAGE = 64;

const COMMON_OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const satisfies Options;

/**
 * Reads the command line of a daemon.
 * @param args without node and script
 * @returns undefined when there is nothing left to do: what was asked for is shown, or what is wrong
 */
export function readCommandLine<O extends Options>(
  args: readonly string[],
  { name, usage, options }: CommandLine<O>,
): Values<O> | undefined {
  try {
    const { values } = parseArgs({ args: [...args], options: { ...options, ...COMMON_OPTIONS } });
    const { help, version } = values as Values<typeof COMMON_OPTIONS>;
    if (!help && !version) return values;
    process.stdout.write(help ? usage : `${ownVersion()}\n`);
  } catch (thrown: unknown) {
    if (!isErrnoException(thrown) || !thrown.code.startsWith('ERR_PARSE_ARGS_')) throw thrown;
    process.stderr.write(`${name}: ${thrown.message}\n\n${usage}`);
    process.exitCode = EXIT_USAGE;
  }
  return undefined;
}

/** Of media-nommer, as package.json has it. */
export function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}
