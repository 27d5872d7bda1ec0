import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { NommerError } from '../../core/errors.ts';
import { childEnvironment } from './child-environment.ts';
import { findProcesses } from './find-processes.ts';

const READY_MS = 30_000;
/** feederd gives open requests 10 s before it tells its nodes to end. */
const FEEDERD_ENDS_MS = 20_000;
/** A node without a job has nothing to wait for. */
const NODES_END_MS = 10_000;
const POLL_MS = 40;

/** A feederd of the demo's own, with the nodes that it starts. */
export class DemoFeederd {
  readonly #child: ChildProcess;
  readonly #nomconf: string;
  readonly #logFile: string;
  readonly #ended = new AbortController();

  private constructor(child: ChildProcess, nomconf: string, logFile: string) {
    this.#child = child;
    this.#nomconf = nomconf;
    this.#logFile = logFile;
    child.once('exit', () => this.#ended.abort());
    child.once('error', () => this.#ended.abort());
  }

  /** @param nomconf of this demo alone: its path on the command line tells its processes from others */
  static start(nomconf: string, logFile: string): DemoFeederd {
    const log = openSync(logFile, 'a', 0o600);
    try {
      const args = [...process.execArgv, feederdScript(), '--config', nomconf];
      const child = spawn(process.execPath, args, {
        // Out of the terminal's process group: Ctrl-C is for the demo, which ends the rest in order.
        detached: true,
        stdio: ['ignore', log, log],
        env: childEnvironment(),
      });
      return new DemoFeederd(child, nomconf, logFile);
    } finally {
      closeSync(log);
    }
  }

  /** Aborts when feederd has ended, for whatever reason. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /**
   * Waits until feederd listens. @returns its URL
   * @throws NommerError UNAVAILABLE when it ends before, or takes too long; the reason of `signal`
   */
  async ready(signal: AbortSignal): Promise<string> {
    let url: string | undefined;
    const listens = async () => {
      url = readyUrl(await readFile(this.#logFile, 'utf8'));
      return url !== undefined;
    };
    await waitUntil(listens, READY_MS, AbortSignal.any([signal, this.ended]));
    signal.throwIfAborted();
    if (url !== undefined) return url;
    const why = this.ended.aborted ? 'ended as soon as it was started' : 'does not get ready';
    throw new NommerError('UNAVAILABLE', `feederd ${why}`);
  }

  /**
   * Ends feederd, which ends its nodes. What is left then (of a feederd that crashed, say) is told to end
   * as well, and killed if it does not.
   * @param hurry when it aborts, everything is killed at once
   */
  async stop(hurry: AbortSignal): Promise<void> {
    const hasEnded = () => Promise.resolve(this.ended.aborted);
    const allEnded = async () => (await findProcesses(this.#nomconf)).length === 0;
    if (this.#child.pid !== undefined) send('SIGTERM', [this.#child.pid]);
    await waitUntil(hasEnded, FEEDERD_ENDS_MS, hurry);
    if (await waitUntil(allEnded, NODES_END_MS, hurry)) return;
    send('SIGTERM', await findProcesses(this.#nomconf));
    if (await waitUntil(allEnded, NODES_END_MS, hurry)) return;
    send('SIGKILL', await findProcesses(this.#nomconf));
    await waitUntil(allEnded, NODES_END_MS, new AbortController().signal);
  }
}

/** @returns whether `condition` came true before the time was over or `signal` aborted */
async function waitUntil(
  condition: () => Promise<boolean>,
  milliseconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    if (await condition()) return true;
    if (signal.aborted || Date.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
}

function feederdScript(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`../../feederd/main.${extension}`, import.meta.url));
}

/** feederd logs where it listens; its port is whichever was free. */
function readyUrl(log: string): string | undefined {
  return /feederd is ready at (http:[^\s"]+)/.exec(log)?.[1];
}

function send(signal: NodeJS.Signals, pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}
