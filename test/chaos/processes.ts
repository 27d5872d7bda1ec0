import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const REPO = join(import.meta.dirname, '../..');
const NODE_ARGS = ['-C', 'media-nommer:source'];

export interface OwnProcess {
  readonly pid: number;
  readonly kind: 'feederd' | 'nommerd' | 'ffmpeg' | 'other';
  /** Of a nommerd that was given one. */
  readonly nodeId: string | undefined;
  /** Of a feederd. */
  readonly port: number | undefined;
  /** The folder that it works in. */
  readonly dir: string;
  readonly parent: number;
  /** It stands still. */
  readonly isStopped: boolean;
}

/**
 * The processes of one run, and of no other: those that work in its folder, which is new and has a name
 * of its own. Whatever they start works in it, too, so they are found also when their parent has died.
 */
export class Processes {
  readonly #dir: string;
  readonly #children: ChildProcess[] = [];

  constructor(dir: string) {
    this.#dir = dir;
  }

  startDaemon(
    daemon: 'feederd' | 'nommerd',
    args: readonly string[],
    { cwd, env, log }: { cwd: string; env: NodeJS.ProcessEnv; log: number },
  ): ChildProcess {
    const script = join(REPO, `src/${daemon}/main.ts`);
    const child = spawn(process.execPath, [...NODE_ARGS, script, ...args], {
      cwd,
      env,
      stdio: ['ignore', log, log],
    });
    this.#children.push(child);
    return child;
  }

  /** Runs media-nommer to its end. */
  async run(
    args: readonly string[],
    { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
  ): Promise<{ code: number | null; output: string }> {
    const script = join(REPO, 'src/cli/main.ts');
    const child = spawn(process.execPath, [...NODE_ARGS, script, ...args], { cwd, env });
    this.#children.push(child);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    await new Promise((resolve) => child.once('close', resolve));
    return { code: child.exitCode, output };
  }

  list(): readonly OwnProcess[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => this.#look(Number(name)) ?? []);
  }

  /** Sends a signal, if that is still one of ours. @returns whether it was sent */
  signal(pid: number, signal: NodeJS.Signals): boolean {
    if (this.#look(pid) === undefined) return false;
    try {
      return process.kill(pid, signal);
    } catch {
      return false; // ended meanwhile
    }
  }

  /** Ends all that there are. @returns which did not end by themselves when they were asked to */
  async end(seconds: number): Promise<readonly OwnProcess[]> {
    for (const { pid } of this.list()) this.signal(pid, 'SIGCONT');
    for (const { pid, kind } of this.list()) if (kind !== 'ffmpeg') this.signal(pid, 'SIGTERM');
    const until = Date.now() + seconds * 1000;
    while (this.list().length > 0 && Date.now() < until) await sleep(100);
    const left = this.list();
    for (const { pid } of left) this.signal(pid, 'SIGKILL');
    return left;
  }

  #look(pid: number): OwnProcess | undefined {
    try {
      const dir = readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, '');
      if (dir !== this.#dir && !dir.startsWith(`${this.#dir}/`)) return undefined;
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z') return undefined;
      const flag = words.indexOf('--node-id');
      const nodeId = flag < 0 ? undefined : words[flag + 1];
      const kind = kindOf(words);
      const port = kind === 'feederd' ? portOf(pid) : undefined;
      return { pid, kind, nodeId, port, dir, parent: Number(parent), isStopped: state === 'T' };
    } catch {
      return undefined; // ended meanwhile, or none of ours
    }
  }
}

function kindOf(words: readonly string[]): OwnProcess['kind'] {
  const line = words.join(' ');
  if (line.includes('src/feederd/main')) return 'feederd';
  if (line.includes('src/nommerd/main')) return 'nommerd';
  return words.some((word) => /(^|\/)ffmpeg$/.test(word)) ? 'ffmpeg' : 'other';
}

function portOf(pid: number): number {
  const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  return Number(variables.find((each) => each.startsWith('FEEDERD_PORT='))?.split('=')[1]);
}
