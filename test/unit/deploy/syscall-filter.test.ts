import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusedCalls } from './syscall-filter.ts';

const run = promisify(execFile);
const REPO = join(import.meta.dirname, '../../..');
const unitFile = (name: string) => join(REPO, 'deploy/systemd', name);
/** It lets programs meet a filter without any right: it answers in the kernel's place. */
const hasStrace = await run('strace', ['-qq', 'true']).then(
  () => true,
  () => false,
);

/** A daemon's user: root, who needs no namespace of users, becomes nobody. */
const USER =
  process.getuid?.() === 0
    ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--']
    : ['env'];

/** What a daemon does: asks FFmpeg, contains it, encodes, and keeps a database. */
const DAEMON = `
  import { DatabaseSync } from 'node:sqlite';
  import { execa } from 'execa';
  import { askCapabilities } from './src/nommers/ffmpeg/ffmpeg-capabilities.ts';
  import { limitsFrom } from './src/nommers/ffmpeg/containment/limits.ts';
  const programs = { ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' };
  const { ffmpeg, containment } = await askCapabilities(programs, limitsFrom({}));
  const args = '-v error -nostdin -f lavfi -i testsrc2=duration=0.4 -c:v libx264 -f mp4'.split(' ');
  const [program, words] = containment.wrap({
    program: ffmpeg, args: [...args, 'out.mp4'], workDir: process.argv[1], sources: [],
  });
  const { exitCode } = await execa(program, words, { cwd: process.argv[1], reject: false, stderr: 'inherit' });
  new DatabaseSync(process.argv[1] + '/jobs').exec('PRAGMA journal_mode = WAL; CREATE TABLE a (b)');
  process.stdout.write(JSON.stringify({ ...containment, exitCode }));
`;
const NODE = [process.execPath, '-C', 'media-nommer:source', '--input-type=module', '-e', DAEMON];

/** Whether that user may look at what runs here. */
const canRun = await run(USER[0] ?? '', [...USER.slice(1), process.execPath, '--version'], {
  cwd: REPO,
}).then(
  () => true,
  () => false,
);

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'media-nommer-filter-'));
  await chmod(dir, 0o777);
});
afterEach(() => rm(dir, { recursive: true }));

describe.each(['feederd.service', 'nommerd.service'])('the system calls that %s allows', (name) => {
  let refused: ReadonlySet<string>;

  beforeAll(async () => {
    refused = await refusedCalls(unitFile(name));
  }, 60_000);

  it('have those of setpriv, which ends FFmpeg with its nommerd, among them', () => {
    const needed = ['capget', 'capset', 'execve', 'prctl'];
    expect(needed.filter((call) => refused.has(call))).toEqual([]);
  });

  it('have none among them that a program may change the machine or its user by', () => {
    const dangerous = ['bpf', 'init_module', 'ptrace', 'reboot', 'setuid', 'swapon'];
    expect(dangerous.filter((call) => !refused.has(call))).toEqual([]);
  });

  it.runIf(hasStrace && canRun)(
    'are enough to contain FFmpeg as well as without a filter, to encode and to keep jobs',
    async () => {
      const trace = join(dir, 'trace');
      const calls = [...refused].map((call) => `?${call}`).join(',');
      const strace = ['strace', '-f', '-qq', '-o', trace, '-e', `trace=${calls}`];
      const inject = ['-e', `inject=${calls}:error=EPERM`, '--seccomp-bpf'];
      const daemon = async (under: readonly string[]) => {
        const work = await mkdtemp(join(dir, 'work-'));
        await chmod(work, 0o777);
        const words = [...USER.slice(1), ...under, ...NODE, work];
        const { stdout } = await run(USER[0] ?? '', words, { cwd: REPO });
        return JSON.parse(stdout) as Record<string, unknown>;
      };
      const free = await daemon([]);
      expect(free).toMatchObject({ exitCode: 0 });
      expect(await daemon([...strace, ...inject])).toEqual(free);
      // Without it this test would pass whatever the filter.
      expect(await readFile(trace, 'utf8')).toContain('EPERM');
    },
    240_000,
  );
});

describe.runIf(hasStrace)('the kinds of sockets that the units allow', () => {
  it.each(['feederd.service', 'nommerd.service'])(
    'in %s are enough to listen everywhere and to look up names',
    async (name) => {
      const program = `
        os.networkInterfaces(); // as fastify does when it listens at 0.0.0.0
        dns.lookup('localhost', () => net.createServer().listen(0, '127.0.0.1', process.exit));
      `;
      const trace = join(dir, 'trace');
      const strace = ['-f', '-qq', '-o', trace, '-e', 'trace=socket'];
      await run('strace', [...strace, process.execPath, '-e', program]);
      const used = new Set((await readFile(trace, 'utf8')).match(/\bAF_\w+/g));
      const text = await readFile(unitFile(name), 'utf8');
      const allowed = /^RestrictAddressFamilies=(.*)$/m.exec(text)?.[1]?.split(' ');
      expect(used).toContain('AF_INET');
      expect([...used].filter((family) => !allowed?.includes(family))).toEqual([]);
    },
  );
});
