import { execa } from 'execa';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { containBy } from './contain-by.ts';
import { openDirectory, processesIn } from './nom-a-file.ts';

const REPO = join(import.meta.dirname, '../..');
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
/** A daemon's user: root, who may start any number of processes, becomes nobody. */
const USER = process.getuid?.() === 0 ? NOBODY : ['env'];

/** Starts processes until the kernel gives no more; each would go on for long. */
const BOMB = `
  my $n = 0;
  while (defined(my $id = fork)) { if (!$id) { sleep 600; exit } last if ++$n >= 20000 }
  print "$n $!";
`;
const PROGRAM = `
  import { execa } from 'execa';
  import { CHILD_ENVIRONMENT } from './src/nommers/ffmpeg/containment/containment.ts';
  import { findContainment } from './src/nommers/ffmpeg/containment/find-containment.ts';
  import { limitsFrom } from './src/nommers/ffmpeg/containment/limits.ts';
  const [ffmpeg, ffprobe] = ['/usr/bin/ffmpeg', '/usr/bin/ffprobe'];
  const { level, lacking, wrap } = await findContainment({ ffmpeg, ffprobe }, limitsFrom({}));
  const [workDir, bomb] = process.argv.slice(1);
  let stdout = null;
  if (level !== 'limits' && level !== 'none') {
    const [program, args] = wrap({ program: '/usr/bin/perl', args: ['-e', bomb], workDir, sources: [] });
    const options = { cwd: workDir, env: CHILD_ENVIRONMENT, extendEnv: false, killDescendants: true };
    ({ stdout } = await execa(program, args, options));
  }
  console.log(JSON.stringify({ level, lacking, stdout }));
`;

/** Whether that user may look at what runs there. */
const canRun = await execa(USER[0] ?? 'env', [...USER.slice(1), process.execPath, '--version'], {
  cwd: REPO,
  reject: false,
}).then(({ failed }) => !failed);

afterEach(() => {
  vi.unstubAllEnvs();
});

it.runIf(canRun).each(['bubblewrap', 'namespaces'] as const)(
  'holds a user’s FFmpeg that starts process upon process, by %s where the machine has it',
  { timeout: 240_000 },
  async (level) => {
    const here = await openDirectory();
    const workDir = join(here, 'work');
    await mkdir(workDir);
    await chmod(here, 0o755);
    await chmod(workDir, 0o777);
    const { PATH } = process.env;
    await containBy(level, here);
    const tools = String(process.env['PATH']);
    vi.stubEnv('PATH', PATH);

    const node = [process.execPath, '-C', 'media-nommer:source', '--input-type=module'];
    const words = [...USER.slice(1), 'env', `PATH=${tools}`, ...node, '-e', PROGRAM, workDir, BOMB];
    const { stdout } = await execa(USER[0] ?? 'env', words, { cwd: REPO });
    const found = JSON.parse(stdout) as { level: string; lacking: string[]; stdout: string | null };
    if (found.level === level) {
      expect(found.lacking).toEqual([]);
      expect(found.stdout).toMatch(/^\d{3,4} Resource temporarily unavailable$/);
    } else {
      expect(found.lacking).toContainEqual(expect.stringMatching(`no ${level}: `));
    }
    await vi.waitFor(async () => expect(await processesIn(workDir)).toEqual([]), 20_000);
  },
);
