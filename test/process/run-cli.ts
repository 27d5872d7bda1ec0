import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly pid: number;
  /** Resolves when stdout holds `text`; rejects when the command ends before. */
  printed(text: string): Promise<void>;
  readonly ended: Promise<CliRun>;
}

/** The command that runs `media-nommer` from its sources. */
export const CLI_COMMAND = [process.execPath, '-C', 'media-nommer:source', MAIN] as const;

/** Runs `media-nommer` as a shell would, without a terminal, and waits for its end. */
export function runCli(args: readonly string[], options: CliOptions): Promise<CliRun> {
  return startCli(args, options).ended;
}

/** Starts `media-nommer`, to do something while it runs. */
export function startCli(args: readonly string[], { cwd, env = {} }: CliOptions): RunningCli {
  const [program, ...first] = CLI_COMMAND;
  const child = spawn(program, [...first, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const news = new EventTarget();
  const hear = () => news.dispatchEvent(new Event('news'));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    hear();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(() => {
    hear();
    return { code: child.exitCode, stdout, stderr };
  });
  return {
    pid: child.pid ?? -1,
    ended,
    async printed(text) {
      while (!stdout.includes(text)) {
        if (child.exitCode !== null) throw new Error(`ended without "${text}": ${stdout}${stderr}`);
        await once(news, 'news');
      }
    },
  };
}

/** What a command with `--json` printed. */
export function jsonLines({ stdout }: CliRun): readonly unknown[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

/** Command lines of running processes that mention `dir`. */
export async function processesOf(dir: string): Promise<readonly string[]> {
  const commandLines = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((name) => readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')),
  );
  return commandLines
    .filter((line) => line.includes(dir))
    .map((line) => line.replaceAll('\0', ' '));
}
