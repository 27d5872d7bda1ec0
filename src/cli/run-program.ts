import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * What a program prints, both streams together.
 * @returns undefined when there is no such program, or it failed or took longer than `timeoutMs`
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  timeoutMs = 10_000,
): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(program, args, {
      timeout: timeoutMs,
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout + stderr;
  } catch {
    return undefined;
  }
}

/** Where a program is: the absolute path of a path, or of a name in PATH; undefined if it is nowhere. */
export async function locateProgram(name: string): Promise<string | undefined> {
  const found = await runProgram('sh', ['-c', 'command -v -- "$1"', 'sh', name]);
  const path = found?.trim() ?? '';
  return path.includes('/') ? resolve(path) : undefined;
}
