import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { NommerError } from '../core/errors.ts';
import type { NodeProcess } from './fleet-records.ts';
import { processStart } from '../daemon/process-start.ts';

/** How a node process is started. */
export interface NodeCommand {
  /** Program and first arguments; `--node-id ID` is appended. */
  readonly command: readonly string[];
  /** Default: this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: this process's own. */
  readonly cwd?: string;
}

/**
 * Starts a node process that does not end with this one. What it says goes to `<logDir>/<node-id>.log`.
 * @throws NommerError UNAVAILABLE when it cannot be started or has ended at once
 */
export async function startNode(
  nodeId: string,
  { command, env, cwd }: NodeCommand,
  logDir: string,
): Promise<NodeProcess> {
  const logFile = join(logDir, `${nodeId}.log`);
  try {
    const [program = '', ...args] = command;
    const log = openSync(logFile, 'a', 0o600);
    try {
      const pid = await new Promise<number>((resolve, reject) => {
        const child = spawn(program, [...args, '--node-id', nodeId], {
          detached: true,
          stdio: ['ignore', log, log],
          ...(env !== undefined && { env }),
          ...(cwd !== undefined && { cwd }),
        });
        child.once('error', reject);
        child.once('spawn', () => resolve(child.pid ?? -1));
        child.unref();
      });
      const start = processStart(pid);
      if (start !== undefined) return { pid, start };
    } finally {
      closeSync(log);
    }
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new NommerError('UNAVAILABLE', `Node ${nodeId} cannot be started: ${why}`, {
      cause: thrown,
    });
  }
  throw new NommerError('UNAVAILABLE', `Node ${nodeId} ended at once; its log is ${logFile}`);
}
