import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

export interface Fixture {
  /** What it has printed so far. */
  readonly lines: readonly string[];
  /** Resolves with its exit code; null after a signal. */
  readonly exited: Promise<number | null>;
  kill(): void;
}

/** Starts a program of this directory, which ends with the test at the latest. */
export function startFixture(program: string, args: readonly (string | number)[]): Fixture {
  const script = fileURLToPath(new URL(`${program}.ts`, import.meta.url));
  const child = spawn(process.execPath, [script, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { lines, exited, kill: () => child.kill('SIGKILL') };
}
