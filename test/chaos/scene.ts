import { execFile } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JobStore } from '../../src/core/ports.ts';
import type { OwnProcess, Processes } from './processes.ts';
import type { FaultRates, Proxy } from './start-proxy.ts';

const run = promisify(execFile);

export type PlaceName = 'local' | 'aws';

/** What is shorter than by default, so that much happens in little time; the table tells. */
export function shortened(leaseSeconds: number): Readonly<Record<string, string>> {
  return {
    NOMMERD_LEASE_SECONDS: String(leaseSeconds),
    NOMMERD_RENEW_INTERVAL: String(leaseSeconds / 5),
    FEEDERD_PRUNE_JOBS_INTERVAL: '20',
    JOB_MAX_ATTEMPTS: '50',
    JOB_RETRY_BACK_OFF: '0.01',
    MAX_NUM_EC2_INSTANCES: '4',
    MAX_ENCODING_JOBS_PER_EC2_INSTANCE: '4',
    JOB_OVERFLOW_THRESH: '1',
  };
}

/** Of all requests that pass a proxy of an AWS service: their clients ask often. */
export const FAULT_RATES: FaultRates = {
  delay: 0.04,
  cut: 0.005,
  lostReply: 0.005,
  throttle: 0.005,
  repeat: 0.005,
};

/** Where only media pass, a few requests for each job. */
export const MEDIA_FAULT_RATES: FaultRates = {
  delay: 0.1,
  cut: 0.04,
  lostReply: 0.04,
  throttle: 0.04,
  repeat: 0.04,
};

/** Everything that a run plays in: a place with real daemons, media, and lines that break. */
export interface Scene {
  readonly place: PlaceName;
  readonly dir: string;
  readonly leaseSeconds: number;
  readonly processes: Processes;
  /** By what they lead to. */
  readonly proxies: Readonly<Record<string, Proxy>>;
  /** Straight, past the proxies; for looking only. */
  readonly store: JobStore;
  /** How many messages about a job the queue holds, those in flight included; past the proxies, too. */
  messagesOf(jobId: string): number;
  /** How daemons and commands are started. */
  readonly env: NodeJS.ProcessEnv;
  readonly feederdPorts: readonly number[];
  /** URIs of clips, by their length in seconds. */
  readonly clips: ReadonlyMap<number, readonly string[]>;
  readonly noMedia: string;
  readonly missing: string;
  /** Where the output of this name goes: one URI for each way there is. */
  dests(name: string): readonly string[];
  nodeIdOf(node: OwnProcess): string | undefined;
  /** Copies an output here. */
  fetch(uri: string, file: string): Promise<void>;
  /** Names of everything that is at the destinations. */
  outputs(): Promise<readonly string[]>;
  leftovers(): Promise<Leftovers>;
  /** Lets a node come and go that nobody kills. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

export interface Leftovers {
  readonly parts: readonly string[];
  readonly uploads: readonly string[];
  readonly workDirs: readonly string[];
}

export function startFeederd({ processes, dir, env, feederdPorts }: Scene, index: number): void {
  const log = openSync(join(dir, `feederd-${index}.log`), 'a');
  const own = { ...env, FEEDERD_PORT: String(feederdPorts[index]) };
  processes.startDaemon('feederd', [], { cwd: dir, env: own, log });
  closeSync(log);
}

export async function makeDir(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'media-nommer-chaos-'));
}

export const CLIP_SECONDS = [1, 2, 3] as const;

/** Clips of a few seconds by FFmpeg's own sources, and a file that is none. */
export async function makeMedia(dir: string): Promise<{ clips: string[]; noMedia: string }> {
  await mkdir(dir, { recursive: true });
  const clips = CLIP_SECONDS.map((seconds) => join(dir, `clip-${seconds}.mp4`));
  for (const [index, seconds] of CLIP_SECONDS.entries()) {
    const video = `testsrc2=size=320x180:rate=25:duration=${seconds}`;
    const audio = `sine=frequency=440:duration=${seconds}`;
    const inputs = ['-f', 'lavfi', '-i', video, '-f', 'lavfi', '-i', audio];
    const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-shortest'];
    await run('ffmpeg', ['-v', 'error', '-y', ...inputs, ...codecs, clips[index] ?? '']);
  }
  const noMedia = join(dir, 'no-media.mp4');
  await writeFile(noMedia, 'This is no media. '.repeat(100));
  return { clips, noMedia };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export async function removeDir(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}
