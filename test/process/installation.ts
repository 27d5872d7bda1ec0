import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WireJob } from '../../src/core/job-wire.ts';

const run = promisify(execFile);
const REPO = join(import.meta.dirname, '../..');
const NODE_ARGS = ['-C', 'media-nommer:source'];

export const LEASE_SECONDS = 4;

/** A whole media-nommer of its own: real feederd, real nommerd, real ffmpeg, in a temporary folder. */
export class Installation {
  readonly dir: string;
  readonly url: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #children: ChildProcess[] = [];
  feederd: ChildProcess | undefined;

  private constructor(dir: string, port: number, env: Record<string, string>) {
    this.dir = dir;
    this.url = `http://127.0.0.1:${port}`;
    this.#env = {
      PATH: process.env['PATH'],
      HOME: dir,
      DATA_DIR: join(dir, 'data'),
      FILE_ROOTS: dir,
      FEEDERD_PORT: String(port),
      NOMMERD_LEASE_SECONDS: String(LEASE_SECONDS),
      NOMMERD_RENEW_INTERVAL: '1',
      FEEDERD_RECONCILE_INTERVAL: '1',
      MAX_ENCODING_JOBS_PER_EC2_INSTANCE: '2',
      ...env,
    };
  }

  static async create(env: Record<string, string> = {}): Promise<Installation> {
    const dir = await mkdtemp(join(tmpdir(), 'media-nommer-'));
    return new Installation(dir, await freePort(), env);
  }

  /** Starts feederd and waits until it is ready. */
  async startFeederd(): Promise<ChildProcess> {
    const feederd = this.#spawn('feederd', []);
    this.feederd = feederd;
    await waitFor('feederd to be ready', async () => {
      if (feederd.exitCode !== null) throw new Error(`feederd ended with ${feederd.exitCode}`);
      return (await fetch(`${this.url}/readyz`).catch(() => undefined))?.ok === true;
    });
    return feederd;
  }

  startNommerd(args: readonly string[] = []): ChildProcess {
    return this.#spawn('nommerd', ['--local', ...args]);
  }

  /** Runs media-nommer to its end. @returns what it wrote; rejects when it failed */
  async mediaNommer(args: readonly string[]): Promise<string> {
    const script = join(REPO, 'src/cli/main.ts');
    const options = { cwd: this.dir, env: this.#env };
    return (await run(process.execPath, [...NODE_ARGS, script, ...args], options)).stdout;
  }

  /** Starts nommerd as an instance does: with what its user data has laid, and nothing else. */
  startInstance(env: Record<string, string>): ChildProcess {
    const own = { PATH: process.env['PATH'], HOME: this.dir, DATA_DIR: this.path('data'), ...env };
    return this.#spawn('nommerd', ['--from-fleet'], own);
  }

  #spawn(
    daemon: 'feederd' | 'nommerd',
    args: readonly string[],
    env: NodeJS.ProcessEnv = this.#env,
  ): ChildProcess {
    const script = join(REPO, `src/${daemon}/main.ts`);
    const child = spawn(process.execPath, [...NODE_ARGS, script, ...args], {
      cwd: this.dir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout?.resume();
    child.stderr?.pipe(process.stderr, { end: false });
    this.#children.push(child);
    return child;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  uri(name: string): string {
    return `file://${this.path(name)}`;
  }

  /** A test clip of `seconds` made by FFmpeg's own sources. */
  async makeClip(name: string, seconds: number, size = '320x180'): Promise<string> {
    const video = `testsrc2=size=${size}:rate=25:duration=${seconds}`;
    const audio = `sine=frequency=440:duration=${seconds}`;
    await run('ffmpeg', [
      ...['-v', 'error', '-y', '-f', 'lavfi', '-i', video, '-f', 'lavfi', '-i', audio],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-shortest', this.path(name)],
    ]);
    return this.uri(name);
  }

  /** Submits by 2012's call. @returns the answer's body */
  async submit(body: unknown): Promise<SubmitAnswer> {
    const answer = await fetch(`${this.url}/job/submit/`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return (await answer.json()) as SubmitAnswer;
  }

  /** Submits a job that must be accepted. @returns its id */
  async submitJob(body: unknown): Promise<string> {
    const answer = await this.submit(body);
    if (!answer.success) throw new Error(`not accepted: ${JSON.stringify(answer)}`);
    return answer.job_id;
  }

  async job(id: string): Promise<WireJob> {
    const answer = await fetch(`${this.url}/jobs/${id}`);
    return (await answer.json()) as WireJob;
  }

  /** Waits until the job is as it should be; fails at once when it has ended otherwise. */
  async waitForJob(
    id: string,
    what: string,
    holds: (job: WireJob) => boolean,
    seconds?: number,
  ): Promise<WireJob> {
    let job = await this.job(id);
    const isSo = async () => {
      job = await this.job(id);
      if (holds(job)) return true;
      if (['FINISHED', 'ERROR', 'ABANDONED', 'CANCELLED'].includes(job.job_state)) {
        throw new Error(`job is ${job.job_state}, not ${what}: ${job.job_state_details}`);
      }
      return false;
    };
    await waitFor(`job to be ${what}`, isSo, seconds);
    return job;
  }

  finished(id: string, seconds?: number): Promise<WireJob> {
    const isFinished = ({ job_state }: WireJob) => job_state === 'FINISHED';
    return this.waitForJob(id, 'FINISHED', isFinished, seconds);
  }

  /** Waits for FINISHED as a submitter would: on the job's event stream, without asking again. */
  async heardFinished(id: string): Promise<void> {
    const answer = await fetch(`${this.url}/jobs/${id}/events`);
    let heard = '';
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      heard += chunk;
      if (heard.includes('"job_state":"FINISHED"')) return;
      if (heard.includes('"job_state":"ERROR"')) throw new Error(`job failed: ${heard}`);
    }
    throw new Error(`the event stream ended early: ${heard}`);
  }

  /** Waits until a job's encode is under way and has told so. */
  encoding(id: string): Promise<WireJob> {
    return this.waitForJob(
      id,
      'under way',
      (job) => job.job_state === 'ENCODING' && (job.progress?.percent ?? 0) > 0,
    );
  }

  /** Pids of this installation's processes whose command line matches. */
  async pids(pattern: RegExp): Promise<number[]> {
    const found: number[] = [];
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const cmdline = await readFile(`/proc/${name}/cmdline`, 'latin1');
        if (!pattern.test(cmdline)) continue;
        const cwd = await readlink(`/proc/${name}/cwd`);
        if (cwd === this.dir || cwd.startsWith(`${this.dir}/`)) found.push(Number(name));
      } catch {
        // The process has ended meanwhile.
      }
    }
    return found;
  }

  nodePids(): Promise<number[]> {
    return this.pids(/nommerd\/main/);
  }

  ffmpegPids(): Promise<number[]> {
    return this.pids(/^(?:[^\0]*\/)?ffmpeg\0/);
  }

  /** Names of the files that attempts have in nommerd's work directories. */
  async workFiles(): Promise<string[]> {
    const entries = await readdir(join(this.dir, 'data/work'), {
      recursive: true,
      withFileTypes: true,
    }).catch(() => []);
    return entries
      .filter((entry) => !entry.isDirectory() && entry.name !== 'alive-until')
      .map(({ name }) => name);
  }

  /** Ends every process of this installation and removes its folder. */
  async destroy(): Promise<void> {
    for (const child of this.#children) child.kill('SIGTERM');
    await Promise.all(this.#children.map(ended));
    for (const pid of await this.nodePids()) process.kill(pid, 'SIGTERM');
    await waitFor('all nodes to end', async () => (await this.nodePids()).length === 0);
    await rm(this.dir, { recursive: true, force: true });
  }
}

export type SubmitAnswer =
  | { success: true; job_id: string }
  | { success: false; error_code: string; message: string };

/** The exit code, or the signal, that a child process ended with. */
export async function ended(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? child.signalCode;
}

/** Looks again and again until `holds`. */
export async function waitFor(
  what: string,
  holds: () => Promise<boolean>,
  seconds = 60,
): Promise<void> {
  const until = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** An encode that takes as long as the clip plays, on any machine: to be caught in the middle of. */
export const SLOW = {
  nommer: 'FFmpegNommer',
  options: [
    {
      infile_options: [['re', null]],
      outfile_options: [
        ['vcodec', 'libx264'],
        ['preset', 'ultrafast'],
        ['acodec', 'aac'],
        ['f', 'mp4'],
      ],
    },
  ],
};

/** One pass of H.264 and AAC, as 2012's clients write it. */
export function h264(preset = 'ultrafast', extra: unknown[] = []): unknown {
  return {
    nommer: 'FFmpegNommer',
    options: [
      {
        outfile_options: [
          ['vcodec', 'libx264'],
          ['preset', preset],
          ...extra,
          ['acodec', 'aac'],
          ['f', 'mp4'],
        ],
        move_atom_to_front: true,
      },
    ],
  };
}
