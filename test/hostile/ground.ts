import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Installation, waitFor } from '../process/installation.ts';
import { startBadServer, type BadServer } from './bad-server.ts';
import { startListeners, type Listeners } from './listeners.ts';

const run = promisify(execFile);

/** Short limits, so that what never ends does. What a good job of a second needs is a fraction of them. */
const SETTINGS = {
  FILE_ROOTS: 'media,data',
  HTTP_ALLOWED_NETWORKS: '127.0.0.3',
  FEEDERD_ALLOW_EC2_LAUNCHES: 'false',
  NOMMERD_TERMINATE_WHEN_IDLE: 'false',
  NOMMERD_LEASE_SECONDS: '20',
  NOMMERD_RENEW_INTERVAL: '5',
  MAX_ENCODING_JOBS_PER_EC2_INSTANCE: '6',
  JOB_MAX_ATTEMPTS: '1',
  STORAGE_HTTP_STALL_SECONDS: '5',
  STORAGE_MAX_SOURCE_BYTES: '30000000',
  FFMPEG_MAX_SECONDS: '45',
  FFMPEG_MAX_MEMORY_BYTES: '600000000',
  FFMPEG_MAX_OUTPUT_BYTES: '20000000',
  SECRETS_KEYS: 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=',
};

/** Files that no job may get at, by their absolute paths. Each bears the canary. */
export interface Secrets {
  /** A transport stream in the directory of another job. */
  readonly video: string;
  /** A picture outside of FILE_ROOTS. */
  readonly picture: string;
  /** Subtitles outside of FILE_ROOTS: text that could be copied as it is. */
  readonly text: string;
}

export interface GroundParts {
  readonly here: Installation;
  /** What the secrets, and nommerd's environment, bear. */
  readonly canary: string;
  readonly secrets: Secrets;
  /** Those whom nobody may connect to. */
  readonly listeners: Listeners;
  readonly server: BadServer;
  /** The bytes of the clip that good jobs encode. */
  readonly clip: Buffer;
  /** Process ids of the daemons. */
  readonly daemons: readonly number[];
  /** All that the daemons say. */
  readonly log: { text: string };
}

/** Where the corpus is played: an installation, what it must not touch, and who must not be called. */
export class Ground {
  readonly here: Installation;
  readonly canary: string;
  readonly secrets: Secrets;
  readonly listeners: Listeners;
  readonly server: BadServer;
  readonly clip: Buffer;
  readonly daemons: readonly number[];
  readonly log: { readonly text: string };

  private constructor(parts: GroundParts) {
    this.here = parts.here;
    this.canary = parts.canary;
    this.secrets = parts.secrets;
    this.listeners = parts.listeners;
    this.server = parts.server;
    this.clip = parts.clip;
    this.daemons = parts.daemons;
    this.log = parts.log;
  }

  /** Starts feederd and one nommerd, and waits until both work. */
  static async open(): Promise<Ground> {
    const canary = `canary${crypto.randomUUID().replaceAll('-', '')}`;
    const here = await Installation.create({ ...SETTINGS, SOMEBODYS_PASSWORD: canary });
    await mkdir(here.path('media/out'), { recursive: true });
    await makeClip(here.path('media/clip.mp4'));
    const clip = await readFile(here.path('media/clip.mp4'));
    const listeners = await startListeners();
    const server = await startBadServer(clip, listeners.url);

    const log = { text: '' };
    const daemons = [await here.startFeederd(), here.startNommerd()];
    for (const { stdout } of daemons) {
      stdout?.on('data', (chunk) => (log.text += String(chunk)));
    }
    const work = here.path('data/work');
    let folder: string | undefined;
    await waitFor('nommerd to have its folder', async () => {
      [folder] = await readdir(work).catch(() => []);
      return folder !== undefined;
    });
    const secrets = {
      video: join(work, String(folder), 'somebody-else-1', 'source.ts'),
      picture: here.path('outside/secret.png'),
      text: here.path('outside/secret.srt'),
    };
    await makeSecrets(secrets, canary);
    const pids = daemons.flatMap(({ pid }) => pid ?? []);
    return new Ground({ here, canary, secrets, listeners, server, clip, daemons: pids, log });
  }

  path(name: string): string {
    return this.here.path(`media/${name}`);
  }

  /** The URI of a source, which need not be there. */
  uri(name: string): string {
    return `file://${this.path(name)}`;
  }

  /** Writes a source. @returns its URI */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    await mkdir(dirname(this.path(name)), { recursive: true });
    await writeFile(this.path(name), content);
    return this.uri(name);
  }

  /** The bytes of a source. */
  read(name: string): Promise<Buffer> {
    return readFile(this.path(name));
  }

  /** Makes a source by FFmpeg. @returns its URI */
  async ffmpeg(name: string, args: readonly string[]): Promise<string> {
    await ffmpeg([...args, `file:${this.path(name)}`]);
    return this.uri(name);
  }

  async close(): Promise<void> {
    await this.here.destroy();
    await Promise.all([this.listeners.close(), this.server.close()]);
  }
}

async function ffmpeg(args: readonly string[]): Promise<void> {
  await run('ffmpeg', ['-v', 'error', '-y', ...args]);
}

async function makeClip(file: string): Promise<void> {
  await ffmpeg([
    ...['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25:duration=1'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:duration=1'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-shortest', file],
  ]);
}

async function makeSecrets(secrets: Secrets, canary: string): Promise<void> {
  for (const file of [secrets.video, secrets.picture, secrets.text])
    await mkdir(dirname(file), { recursive: true });
  const red = ['-f', 'lavfi', '-i', 'color=red:size=320x240:rate=25:duration=1'];
  await ffmpeg([...red, '-metadata', `service_name=${canary}`, secrets.video]);
  await ffmpeg([...red, '-frames:v', '1', secrets.picture]);
  await writeFile(secrets.picture, canary, { flag: 'a' });
  await writeFile(secrets.text, `1\n00:00:00,000 --> 00:00:01,000\n${canary}\n`);
}
