import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { CLI_COMMAND, type CliOptions } from './run-cli.ts';

export interface TerminalRun {
  /** As a shell has it: 130 after Ctrl-C. */
  readonly code: number | null;
  /** All that was to be seen, stdout and stderr, and what was typed. */
  readonly screen: string;
}

/** Of util-linux, on every Debian. */
const SCRIPT = '/usr/bin/script';
const PROMPT = /Type (\S+) to go on: /u;

export interface TerminalOptions extends CliOptions {
  /** What is to be seen before the keys are typed. Default: the question for a name. */
  readonly when?: RegExp;
}

/** Runs `media-nommer` at a terminal of its own and types `keys` when it asks. */
export async function atTerminal(
  args: readonly string[],
  keys: string,
  { cwd, env = {}, when = PROMPT }: TerminalOptions,
): Promise<TerminalRun> {
  const command = [...CLI_COMMAND, ...args].map((part) => `'${part}'`).join(' ');
  const child = spawn(SCRIPT, ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, SHELL: '/bin/sh', TERM: 'dumb', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  let screen = '';
  let isAsked = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    if (isAsked || !when.test(screen)) return;
    isAsked = true;
    child.stdin.write(keys);
  });
  await once(child, 'close');
  return { code: child.exitCode, screen };
}
